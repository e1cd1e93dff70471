'use strict';
// MessageBird's own client: Verify, SMS, voice messages and look-up.
// Run with --require ./redirect.js.
const { promisify } = require('node:util');
const { initClient } = require('messagebird');
const { key, equal, matches, oneOf, recent, rejects, until, code, texts, calls, wrong, run } = require('./check');

const messagebird = initClient(key);
const verify = promisified(messagebird.verify);
const messages = promisified(messagebird.messages);
const voice = promisified(messagebird.voice_messages);
const lookup = promisify(messagebird.lookup.read);

function promisified(resource) {
  const methods = {};
  for (const name of Object.keys(resource)) methods[name] = promisify(resource[name].bind(resource));
  return methods;
}

// refused holds for the error that the client makes of {"errors": [...]}.
async function refused(what, promise, status, code, parameter, description) {
  const error = await rejects(what, promise);
  equal(what + ': status', error.statusCode, status);
  equal(what + ': code', error.errors[0].code, code);
  if (parameter) equal(what + ': parameter', error.errors[0].parameter, parameter);
  if (description) matches(what + ': message', error.message, description);
}

const tokenRefused = (what, promise, description) => refused(what, promise, 422, 10, 'token', description);

async function bySMS(step) {
  const to = '31612345601';
  const created = await verify.create(to, { originator: 'Acme', template: 'Your Acme code is %token.', timeout: 60, maxAttempts: 3 });
  matches('id', created.id, /^[0-9A-Za-z]{20,40}$/);
  matches('href', created.href, new RegExp(`^https?://.+/verify/${created.id}$`));
  equal('recipient', created.recipient, Number(to));
  equal('originator', created.originator, 'Acme');
  equal('type', created.type, 'sms');
  equal('reference', created.reference, null);
  equal('status', created.status, 'sent');
  matches('messages.href', created.messages.href, /\/messages\//);
  matches('createdDatetime', created.createdDatetime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  recent('createdDatetime', new Date(created.createdDatetime));
  equal('seconds it is valid', (new Date(created.validUntilDatetime) - new Date(created.createdDatetime)) / 1000, 60);
  step('started');

  const token = await code('+' + to);
  equal('words of the SMS', await texts('+' + to), [`Your Acme code is ${token}.`]);
  step('the code reached the phone');
  await tokenRefused('wrong code', verify.verify(created.id, wrong(token)), /token is invalid/);
  equal('read', (await verify.read(created.id)).status, 'sent');
  step('a wrong code is refused');
  const verified = await verify.verify(created.id, token);
  equal('status', verified.status, 'verified');
  equal('id', verified.id, created.id);
  equal('read', (await verify.read(created.id)).status, 'verified');
  step('the code is verified');
  await tokenRefused('used code', verify.verify(created.id, token), /token has already been processed/);
  step('a used code is refused');
}

async function byVoice(step) {
  const to = '31612345602';
  const created = await verify.create(to, {
    type: 'tts', template: 'Your security code is %token.', tokenLength: 8, timeout: '120', language: 'en-gb', voice: 'female',
    reference: 'login42',
  });
  equal('type', created.type, 'tts');
  equal('status', created.status, 'sent');
  equal('reference', created.reference, 'login42');
  matches('messages.href', created.messages.href, /\/voicemessages\//);
  step('started');
  const token = await code('+' + to, 'voice');
  equal('digits', token.length, 8);
  step('the code was heard');
  equal('status', (await verify.verify(created.id, token)).status, 'verified');
  step('the code is verified');
}

async function attempts(step) {
  const to = '31612345603';
  const created = await verify.create(to, { maxAttempts: 1 });
  equal('originator', created.originator, 'Code');
  const token = await code('+' + to);
  await tokenRefused('wrong code', verify.verify(created.id, wrong(token)), /token is invalid/);
  await tokenRefused('right code after the only attempt', verify.verify(created.id, token));
  equal('read', (await verify.read(created.id)).status, 'failed');
  step('one attempt');
}

async function expiry(step) {
  const to = '31612345604';
  const created = await verify.create(to, { timeout: 30 });
  const token = await code('+' + to);
  await until('status', () => verify.read(created.id), (v) => v.status === 'expired', 40);
  await tokenRefused('expired code', verify.verify(created.id, token), /expired/);
  step('an expired code is refused');
}

async function limits(step) {
  const to = '31612345611';
  for (let live = 1; live <= 3; live++) await verify.create(to, { type: 'flash' });
  await refused('fourth', verify.create(to, {}), 422, 21, null, /Too many requests/);
  step('three live ones');
}

async function deletion(step) {
  const to = '31612345605';
  const created = await verify.create(to, {});
  const token = await code('+' + to);
  equal('delete', await verify.delete(created.id), true);
  const error = await rejects('code of a deleted one', verify.verify(created.id, token));
  oneOf('code of a deleted one', error.errors[0].code, [10, 20]);
  step('deleted');
}

async function refusals(step) {
  const gone = /Verify object could not be found/;
  await refused('read of no id', verify.read('4e213b01155d1e35a9d9571v00162985'), 404, 20, null, gone);
  await refused('code of no id', verify.verify('4e213b01155d1e35a9d9571v00162985', '123456'), 404, 20, null, gone);
  await refused('delete of no id', verify.delete('4e213b01155d1e35a9d9571v00162985'), 404, 20, null, gone);
  step('unknown ids');
  await refused('no number', verify.create('abc', {}), 422, 9, 'recipient');
  await refused('no recipient', verify.create('', {}), 422, 9, 'recipient');
  await refused('template', verify.create('31612345606', { template: 'no code in it' }), 422, 10, 'template');
  await refused('tokenLength', verify.create('31612345606', { tokenLength: 5 }), 422, 10, 'tokenLength');
  await refused('type', verify.create('31612345606', { type: 'pigeon' }), 422, 10, 'type');
  await refused('timeout', verify.create('31612345606', { timeout: 5 }), 422, 10, 'timeout');
  step('bad parameters');
  const stranger = promisified(initClient('pb_not_a_key').verify);
  await refused('wrong key', stranger.create('31612345606', {}), 401, 2, 'access_key', /incorrect access_key/);
  await refused('wrong key', stranger.read('4e213b01155d1e35a9d9571v00162985'), 401, 2, 'access_key');
  step('a wrong key');
}

async function sms(step) {
  const to = ['31612345607', '31612345608'];
  const sent = await messages.create({ originator: 'Acme', recipients: [...to], body: 'Hello, Zoé', reference: 'greeting' });
  matches('href', sent.href, new RegExp(`^https?://.+/messages/${sent.id}$`));
  equal('direction', sent.direction, 'mt');
  equal('type', sent.type, 'sms');
  equal('originator', sent.originator, 'Acme');
  equal('body', sent.body, 'Hello, Zoé');
  equal('reference', sent.reference, 'greeting');
  equal('totalCount', sent.recipients.totalCount, 2);
  equal('recipients', sent.recipients.items.map((r) => r.recipient).sort(), to.map(Number));
  step('two messages sent');
  const read = await until('delivered', () => messages.read(sent.id), (m) => m.recipients.totalDeliveredCount === 2);
  equal('status', read.recipients.items.map((r) => r.status), ['delivered', 'delivered']);
  recent('statusDatetime', new Date(read.recipients.items[0].statusDatetime));
  for (const number of to) equal('text', await texts('+' + number), ['Hello, Zoé']);
  const list = await messages.list({ limit: 20, offset: 0 });
  equal('list', list.items.some((m) => m.id === sent.id), true);
  step('both delivered, listed');

  const later = await messages.create({
    originator: 'Acme', recipients: ['31612345609'], body: 'later', scheduledDatetime: new Date(Date.now() + 3600_000).toISOString(),
  });
  equal('status', later.recipients.items[0].status, 'scheduled');
  equal('delete', await messages.delete(later.id), true);
  equal('nothing sent', await texts('+31612345609'), []);
  step('a scheduled message deleted');

  await refused('read of no id', messages.read('4e213b01155d1e35a9d9571v00162985'), 404, 20, null, /not (be )?found/i);
  await refused('no recipients', messages.create({ originator: 'Acme', recipients: ['abc'], body: 'x' }), 422, 9, 'recipients');
  await refused('no body', messages.create({ originator: 'Acme', recipients: ['31612345609'] }), 422, 9, 'body');
  step('refusals');
}

async function voiceMessage(step) {
  const to = '31612345610';
  const sent = await voice.create({
    recipients: [to], originator: '31612345600', body: 'Your code is 4, 7, 1, 1.', language: 'en-gb', voice: 'female', repeat: 2, ifMachine: 'continue',
  });
  matches('href', sent.href, new RegExp(`^https?://.+/voicemessages/${sent.id}$`));
  equal('body', sent.body, 'Your code is 4, 7, 1, 1.');
  equal('language', sent.language, 'en-gb');
  equal('repeat', sent.repeat, 2);
  equal('ifMachine', sent.ifMachine, 'continue');
  equal('recipients', sent.recipients.items.map((r) => r.recipient), [Number(to)]);
  step('started');
  await until('answered', () => voice.read(sent.id), (m) => m.recipients.items[0].status === 'answered');
  equal('calls', (await calls('+' + to)).length, 1);
  equal('list', (await voice.list(20, 0)).items.some((m) => m.id === sent.id), true);
  step('answered, listed');
  await refused('read of no id', voice.read('4e213b01155d1e35a9d9571v00162985'), 404, 20);
  step('refusals');
}

async function number(step) {
  const got = await lookup('31612345678', null);
  equal('countryCode', got.countryCode, 'NL');
  equal('countryPrefix', got.countryPrefix, 31);
  equal('phoneNumber', got.phoneNumber, 31612345678);
  equal('type', got.type, 'mobile');
  equal('e164', got.formats.e164, '+31612345678');
  equal('rfc3966', got.formats.rfc3966, 'tel:+31-6-12345678');
  step('looked up');
}

run('messagebird', { bySMS, byVoice, attempts, expiry, limits, deletion, refusals, sms, voiceMessage, number });
