import { delimiterOf, linesOf, type CsvLine } from '../../../../nodes/SupabaseLeads/csv/lines';

const read = (text: string, delimiter = ','): CsvLine[] => [...linesOf(text, delimiter)];
const cells = (text: string, delimiter = ','): string[][] => read(text, delimiter).map((line) => line.cells);

test.each([
  ['email,name\na;b', ','],
  ['\uFEFFemail;"name, first";city', ';'],
  ['email\tname', '\t'],
  ['email|name', '|'],
  ['email', ','],
  ['\uFEFF\r\n \t\r\nemail;name', ';'],
  ['\n\temail\tname', '\t'],
  ['', ','],
])('the delimiter of %j is %j', (text, delimiter) => expect(delimiterOf(text)).toBe(delimiter));

test('values may be quoted, with delimiters, quotes and line ends in them', () => {
  expect(cells('a,"b, ""c""\r\nd",\n"",e,f')).toEqual([
    ['a', 'b, "c"\r\nd', ''],
    ['', 'e', 'f'],
  ]);
});

test.each(['\n', '\r\n', '\r'])('lines end with %j, and the last one may or may not', (end) => {
  const expected = [
    ['a', 'b'],
    ['c', ''],
  ];
  expect(cells(`a,b${end}c,${end}`)).toEqual(expected);
  expect(cells(`a,b${end}c,`)).toEqual(expected);
});

test('a byte order mark and blank lines are passed over, and each line has the number that an editor shows', () => {
  expect(
    read('\uFEFFa,b\n\n1,"x\ny\r\nz"\n   \n2,"w"\r\n3,v').map(({ line, cells: [first] }) => [line, first]),
  ).toEqual([
    [1, 'a'],
    [3, '1'],
    [7, '2'],
    [8, '3'],
  ]);
});

test('a line with wrong quotes is told, and the next one is read', () => {
  expect(read('1,"a"b\n2,b\n3,"c\n4,d')).toEqual([
    { line: 1, cells: ['1', 'a'], flaw: expect.stringContaining('goes on after its closing quote') as string },
    { line: 2, cells: ['2', 'b'], flaw: null },
    { line: 3, cells: ['3'], flaw: expect.stringContaining('never closed') as string },
    { line: 4, cells: ['4', 'd'], flaw: null },
  ]);
});

test('whatever is written comes back', () => {
  const rows = Array.from({ length: 500 }, (_, n) =>
    [`"${n}`, `${n};,\t`, `\n${n}\r\n`, '', 'ö"'].map((cell, place) => (n % (place + 2) === 0 ? cell : `v${n}`)),
  );
  const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';')).join('\r\n');

  expect(cells(text, ';')).toEqual(rows);
});
