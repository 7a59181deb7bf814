import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import nock from 'nock';
import { SMTPServer } from 'smtp-server';
import type { CredentialData } from './in-process-credentials';

/** Slack and a mail server: they take what is sent, and deliver nothing. */
export class OtherChannels {
  /** Messages that Slack was asked to post. */
  readonly slack: Array<{ channel: string; text: string }> = [];
  /** E-mails with their headers, as they came. */
  readonly mails: string[] = [];
  /** What Slack says to the next messages. */
  slackAnswer: object = SLACK_TOOK_IT;
  /** Whether the mail server refuses the next e-mails. */
  refusesMail = false;

  private constructor(private readonly smtp: SMTPServer) {}

  static async open(): Promise<OtherChannels> {
    const smtp = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, done) => done(null, { user: 'n8n' }),
      onData: (stream, _session, done) => {
        void text(stream).then((mail) => {
          if (channels.refusesMail) return done(new Error('The mailbox is full'));
          channels.mails.push(mail);
          done();
        });
      },
    });
    const channels = new OtherChannels(smtp);
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    // n8n's Slack node knows no other address
    if (!nock.isActive()) nock.activate();
    nock('https://slack.com')
      .persist()
      .post('/api/chat.postMessage')
      .reply(200, (_path, body) => {
        channels.slack.push(body as { channel: string; text: string });
        return channels.slackAnswer;
      });
    return channels;
  }

  clear(): void {
    this.slackAnswer = SLACK_TOOK_IT;
    this.refusesMail = false;
    this.slack.length = this.mails.length = 0;
  }

  async close(): Promise<void> {
    nock.cleanAll();
    nock.restore();
    await new Promise<void>((resolve) => this.smtp.close(resolve));
  }

  get credentials(): CredentialData {
    const { port } = this.smtp.server.address() as AddressInfo;
    return {
      slackApi: { accessToken: 'xoxb-test' },
      smtp: { host: '127.0.0.1', port, user: 'n8n', password: 'n8n', secure: false, disableStartTls: true },
    };
  }
}

const SLACK_TOOK_IT = { ok: true, ts: '1.2', channel: 'C1', message: {} };
