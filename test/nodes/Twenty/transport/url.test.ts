import { readTwentyUrl } from '../../../../nodes/Twenty/transport/url';

describe('the URL of a workspace', () => {
  it.each([
    'https://crm.example.com',
    'https://crm.example.com/',
    ' https://crm.example.com// ',
    'https://crm.example.com/rest',
    'https://crm.example.com/rest/',
    'https://crm.example.com/graphql',
    'https://crm.example.com/rest/metadata',
    'crm.example.com',
  ])('is understood as pasted: %s', (text) => {
    expect(readTwentyUrl(text)).toEqual({
      base: 'https://crm.example.com',
      host: 'crm.example.com',
      graphql: 'https://crm.example.com/graphql',
      rest: 'https://crm.example.com/rest',
    });
  });

  it('keeps port and path prefix', () => {
    expect(readTwentyUrl('http://127.0.0.1:3000/crm/rest')?.graphql).toBe('http://127.0.0.1:3000/crm/graphql');
  });

  it.each(['', '   ', 'ftp://crm.example.com', 'not a url', 'https://'])('is refused when it is none: "%s"', (text) => {
    expect(readTwentyUrl(text)).toBeNull();
  });
});
