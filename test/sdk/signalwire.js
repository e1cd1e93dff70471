'use strict';
// SignalWire's own client: calls and messages, on the paths it uses and on
// those below /api/laml that the documentation prints; and the MFA API, for
// which there is no client, with fetch.
const http = require('node:http');
const { once } = require('node:events');
const { RestClient } = require('@signalwire/compatibility-api');
const { url, key, equal, matches, recent, rejects, until, code, texts, calls, press, wrong, run } = require('./check');

const project = '5a1f0d3c-4f6e-4d1b-9c8e-0a7b6c5d4e3f';
const unknown = 'c11236f4-00bf-4b89-84ba-88b25df97315';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const from = '+12025550100';

// at points a client at Pinbell: the space's address is always https.
function at(base, token = key) {
  const client = RestClient(project, token, { signalwireSpaceUrl: 'example.signalwire.com' });
  client.api.baseUrl = base;
  return client;
}

async function refused(what, promise, status, code) {
  const error = await rejects(what, promise);
  equal(what, [error.status, error.code], [status, code]);
  matches(what + ': message', error.message, /./);
}

// application serves LaML, as a program does that has calls made, and keeps
// the parameters of each request.
async function application(pages) {
  const requests = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname, searchParams } = new URL(request.url, 'http://application');
    requests.push({ path: pathname, ...Object.fromEntries(searchParams), ...Object.fromEntries(new URLSearchParams(body)) });
    response.writeHead(pages[pathname] ? 200 : 404, { 'content-type': 'text/xml' });
    response.end(pages[pathname] && pages[pathname](searchParams));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { base: `http://127.0.0.1:${server.address().port}`, requests, close: () => server.close() };
}

// spoken is the call of SignalWire's guide to two-factor authentication.
function spoken(query) {
  const response = new RestClient.LaML.VoiceResponse();
  response.say('Your authorization code is: ' + query.get('auth_code'));
  response.say('Your authorization code is: ' + query.get('auth_code'));
  response.say('Thank you for calling, GoodBye!');
  return response.toString();
}

const callFrom = (base, to) => async (step) => {
  const client = at(base);
  const app = await application({ '/call_2fa': spoken });
  try {
    const made = await client.calls.create({ from, to, url: app.base + '/call_2fa?auth_code=482916' });
    equal('sid', typeof made.sid === 'string' && made.sid.length > 0, true);
    equal('status', made.status, 'queued');
    equal('ends', [made.from, made.to], [from, to]);
    equal('accountSid', made.accountSid, project);
    equal('direction', made.direction, 'outbound-api');
    step('queued');
    equal('code', await code(to, 'voice'), '482916');
    const [request] = app.requests;
    equal('CallSid', request.CallSid, made.sid);
    equal('AccountSid', request.AccountSid, project);
    equal('ends', [request.From, request.To], [from, to]);
    step('the words were fetched, the code was heard');
    const done = await until('status', () => client.calls(made.sid).fetch(), (c) => c.status === 'completed');
    recent('endTime', done.endTime);
    step('completed');
  } finally {
    app.close();
  }
};

async function gather(step) {
  const to = '+12025550103';
  const app = await application({
    '/menu': () => {
      const response = new RestClient.LaML.VoiceResponse();
      response.gather({ input: 'dtmf', numDigits: 1, timeout: 10, action: '/chosen' }).say('Press 1.');
      return response.toString();
    },
    '/chosen': () => '<?xml version="1.0" encoding="UTF-8"?><Response><Pause length="1"/><Hangup/></Response>',
  });
  try {
    const client = at(url);
    const made = await client.calls.create({ from, to, url: app.base + '/menu' });
    const [ringing] = await until('a call', () => calls(to), (c) => c.length > 0 && c[0].state === 'answered' && c[0].packets > 25);
    await press(ringing, '1');
    await until('requests', () => app.requests, (r) => r.some((request) => request.path === '/chosen'));
    equal('Digits', app.requests.find((request) => request.path === '/chosen').Digits, '1');
    await until('status', () => client.calls(made.sid).fetch(), (c) => c.status === 'completed');
    step('a key was pressed and told');
  } finally {
    app.close();
  }
}

const messageFrom = (base, to) => async (step) => {
  const client = at(base);
  const sent = await client.messages.create({ from, to, body: 'Hello from Acme' });
  equal('sid', typeof sent.sid === 'string' && sent.sid.length > 0, true);
  equal('body', sent.body, 'Hello from Acme');
  await until('status', () => client.messages(sent.sid).fetch(), (m) => m.status === 'delivered');
  equal('text', await texts(to), ['Hello from Acme']);
  step('sent, delivered');
};

async function refusals(step) {
  const client = at(url);
  await refused('no number', client.calls.create({ from, to: 'abc', url: 'https://example.com/' }), 400, 21211);
  await refused('no address', client.calls.create({ from, to: '+12025550106', url: 'nonsense' }), 400, 21205);
  await refused('no call', client.calls(unknown).fetch(), 404, 20404);
  await refused('wrong token', at(url, 'pb_not_a_key').calls.create({ from, to: '+12025550106', url: 'https://example.com/' }), 401, 20003);
  step('refusals');
}

const basic = (token) => 'Basic ' + Buffer.from(`${project}:${token}`).toString('base64');

// mfa posts to the MFA API.
async function mfa(path, body, token = key) {
  const response = await fetch(url + '/api/relay/rest/mfa/' + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: basic(token) },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json().catch(() => null) };
}

// started holds for an accepted request and returns its id.
function started(got, to, channel) {
  equal('status', got.status === 200 || got.status === 201, true);
  matches('id', got.body.id, uuid);
  equal('answer', [got.body.success, got.body.to, got.body.channel], [true, to, channel]);
  return got.body.id;
}

async function checked(what, id, token, success) {
  const got = await mfa(`${id}/verify`, { token });
  equal(what, [got.status, got.body.success], [200, success]);
}

async function mfaSMS(step) {
  const to = '+12025550107';
  const id = started(
    await mfa('sms', { to, from, message: 'Here is your code: ', token_length: 6, max_attempts: 3, allow_alphas: false, valid_for: 3600 }),
    to, 'sms',
  );
  const token = await code(to);
  equal('digits', token.length, 6);
  matches('words of the SMS', (await texts(to))[0], /^Here is your code: \d{6}$/);
  await checked('wrong token', id, wrong(token), false);
  await checked('right token', id, token, true);
  equal('used token', (await mfa(`${id}/verify`, { token })).status, 404);
  step('verified');
}

async function mfaCall(step) {
  const to = '+12025550108';
  const id = started(await mfa('call', { to, from_: from }), to, 'call');
  await checked('heard token', id, await code(to, 'voice'), true);
  step('verified');
}

async function mfaRefusals(step) {
  const to = '+12025550109';
  const id = started(await mfa('sms', { to, max_attempts: 2 }), to, 'sms');
  const token = await code(to);
  await checked('first', id, wrong(token), false);
  await checked('second', id, wrong(token), false);
  equal('third', (await mfa(`${id}/verify`, { token })).status, 404);
  step('two attempts');
  equal('unknown', (await mfa(`${unknown}/verify`, { token: '123456' })).status, 404);
  for (const [field, body] of [
    ['to', { to: 'abc' }],
    ['to', {}],
    ['token_length', { to, token_length: 3 }],
    ['max_attempts', { to, max_attempts: 21 }],
    ['valid_for', { to, valid_for: 604801 }],
  ]) {
    const got = await mfa('sms', body);
    equal(field + ': status', got.status, 422);
    equal(field + ': attribute', got.body.errors[0].attribute, field);
    equal(field + ': type of code', typeof got.body.errors[0].code, 'string');
  }
  equal('wrong key', (await mfa('sms', { to }, 'pb_not_a_key')).status, 401);
  step('refusals');
}

// guide is the flow of the application in SignalWire's guide to two-factor
// authentication: a number without a plus, and 200 or 403.
async function guide(step) {
  const number = '12025550110';
  const ask = async (path, fields) => {
    const response = await fetch(url + path, { method: 'POST', headers: { authorization: basic(key) }, body: new URLSearchParams(fields) });
    return [response.status, await response.text()];
  };
  equal('request', await ask('/request-auth', { number }), [200, '200']);
  const heard = await code('+' + number, 'voice');
  step('the code was heard');
  equal('wrong code', await ask('/validate-auth', { number, auth_code: wrong(heard) }), [403, '403']);
  equal('right code', await ask('/validate-auth', { number, auth_code: heard }), [200, '200']);
  equal('used code', await ask('/validate-auth', { number, auth_code: heard }), [403, '403']);
  step('validated');
}

run('signalwire', {
  call: callFrom(url, '+12025550101'),
  laml: callFrom(url + '/api/laml', '+12025550102'),
  gather,
  message: messageFrom(url, '+12025550104'),
  lamlMessage: messageFrom(url + '/api/laml', '+12025550105'),
  refusals, mfaSMS, mfaCall, mfaRefusals, guide,
});
