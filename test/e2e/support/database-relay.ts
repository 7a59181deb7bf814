import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DatabaseRelay {
  /** Of the database, through the relay. */
  url: string;
  /** Called when a statement has gone on its way, before its answer is back. */
  onStatement: (text: string) => void;
  close(): Promise<void>;
}

/** First bytes of the messages that hold a statement (https://www.postgresql.org/docs/current/protocol-message-formats.html): Query, Parse. */
const [QUERY, PARSE] = ['Q', 'P'].map((letter) => letter.charCodeAt(0));

/** The statement that a piece of what the client sends begins with, as far as it is in the piece; undefined where it begins with none. */
function statementIn(piece: Buffer): string | undefined {
  if (piece[0] !== QUERY && piece[0] !== PARSE) return undefined;
  const begin = piece[0] === QUERY ? 5 : piece.indexOf(0, 5) + 1;
  const end = piece.indexOf(0, begin);
  return piece.toString('utf8', begin, end === -1 ? piece.length : end);
}

/** Passes a connection to PostgreSQL on, so that a test can do something in the middle of a statement. */
export async function startDatabaseRelay(databaseUrl: string): Promise<DatabaseRelay> {
  const target = new URL(databaseUrl);
  const relay: Pick<DatabaseRelay, 'onStatement'> = { onStatement: () => undefined };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => [client, upstream].forEach((each) => each.destroy()));
    }
    client.on('data', (message: Buffer) => {
      const statement = statementIn(message);
      if (statement !== undefined) relay.onStatement(statement);
    });
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return Object.assign(relay, {
    url: url.href,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
