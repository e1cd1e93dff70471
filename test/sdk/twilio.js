'use strict';
// Twilio's own client: Verify v2, calls and messages.
const twilio = require('twilio');
const { url, key, equal, matches, recent, rejects, until, code, texts, wrong, run } = require('./check');

const account = 'AC' + 'b'.repeat(32);
const client = at(twilio(account, key));
const verify = client.verify.v2;

// at points a client at Pinbell.
function at(client) {
  client.verify.baseUrl = url;
  client.api.baseUrl = url;
  return client;
}

// refused holds for the exception that the client makes of an error.
async function refused(what, promise, status, code) {
  const error = await rejects(what, promise, twilio.RestException);
  equal(what, [error.status, error.code], [status, code]);
  matches(what + ': more_info', error.moreInfo, new RegExp(`/errors/${code}$`));
  if (!error.message) throw new Error(what + ' has no message');
}

// service makes a service for one flow, so that none meets another's limits.
const service = (params = {}) => verify.services.create({ friendlyName: 'Acme', ...params });

const of = (s) => verify.services(s.sid);

async function services(step) {
  const made = await service({ codeLength: 8, customCodeEnabled: true });
  matches('sid', made.sid, /^VA[0-9a-f]{32}$/);
  equal('accountSid', made.accountSid, account);
  equal('friendlyName', made.friendlyName, 'Acme');
  equal('codeLength', made.codeLength, 8);
  equal('customCodeEnabled', made.customCodeEnabled, true);
  equal('psd2Enabled', made.psd2Enabled, false);
  recent('dateCreated', made.dateCreated);
  matches('url', made.url, new RegExp(`/v2/Services/${made.sid}$`));
  matches('links.verifications', made.links.verifications, new RegExp(`/v2/Services/${made.sid}/Verifications$`));
  matches('links.verification_checks', made.links.verification_checks, new RegExp(`/${made.sid}/VerificationCheck$`));
  step('created');
  equal('fetch', (await of(made).fetch()).codeLength, 8);
  equal('update', (await of(made).update({ friendlyName: 'Acme Shop', codeLength: 6 })).friendlyName, 'Acme Shop');
  equal('fetch', (await of(made).fetch()).codeLength, 6);
  equal('list', (await verify.services.list({ limit: 100 })).some((s) => s.sid === made.sid), true);
  step('read, changed, listed');
  const { sid } = await of(made).verifications.create({ to: '+12015550101', channel: 'sms' });
  matches('sid', sid, /^VE/);
  equal('digits', (await code('+12015550101')).length, 6);
  step('its code length is used');
  equal('remove', await of(made).remove(), true);
  await refused('fetch of a removed one', of(made).fetch(), 404, 20404);
  step('removed');
  await refused('no name', verify.services.create({ friendlyName: '' }), 400, 60200);
  await refused('code length', service({ codeLength: 3 }), 400, 60200);
  step('refusals');
}

async function bySMS(step) {
  const to = '+12015550102';
  const s = await service();
  const created = await of(s).verifications.create({ to, channel: 'sms', locale: 'en' });
  matches('sid', created.sid, /^VE[0-9a-f]{32}$/);
  equal('serviceSid', created.serviceSid, s.sid);
  equal('accountSid', created.accountSid, account);
  equal('to', created.to, to);
  equal('channel', created.channel, 'sms');
  equal('status', created.status, 'pending');
  equal('valid', created.valid, false);
  equal('amount', created.amount, null);
  equal('payee', created.payee, null);
  recent('dateCreated', created.dateCreated);
  equal('attempts', created.sendCodeAttempts.map((a) => a.channel), ['sms']);
  matches('attempt_sid', created.sendCodeAttempts[0].attempt_sid, /^VL[0-9a-f]{32}$/);
  matches('url', created.url, new RegExp(`/v2/Services/${s.sid}/Verifications/${created.sid}$`));
  step('started');
  const right = await code(to);
  const guess = await of(s).verificationChecks.create({ to, code: wrong(right) });
  equal('wrong code', [guess.sid, guess.status, guess.valid], [created.sid, 'pending', false]);
  equal('fetch by sid', (await of(s).verifications(created.sid).fetch()).status, 'pending');
  equal('fetch by number', (await of(s).verifications(to).fetch()).sid, created.sid);
  step('a wrong code is told, the verification read');
  const check = await of(s).verificationChecks.create({ to, code: right });
  equal('right code', [check.sid, check.status, check.valid], [created.sid, 'approved', true]);
  equal('channel', check.channel, 'sms');
  equal('serviceSid', check.serviceSid, s.sid);
  recent('dateUpdated', check.dateUpdated);
  step('approved');
  await refused('used code', of(s).verificationChecks.create({ to, code: right }), 404, 20404);
  await refused('fetch of an approved one', of(s).verifications(created.sid).fetch(), 404, 20404);
  step('gone afterwards');
}

async function byCall(step) {
  const to = '+12015550103';
  const s = await service();
  const created = await of(s).verifications.create({ to, channel: 'call' });
  equal('channel', created.channel, 'call');
  const heard = await code(to, 'voice');
  step('the code was heard');
  const check = await of(s).verificationChecks.create({ verificationSid: created.sid, code: heard });
  equal('by sid', [check.status, check.valid, check.channel], ['approved', true, 'call']);
  step('approved by its sid');
}

async function resend(step) {
  const to = '+12015550104';
  const s = await service();
  const first = await of(s).verifications.create({ to, channel: 'sms' });
  const right = await code(to);
  const after = new Date();
  const second = await of(s).verifications.create({ to, channel: 'sms' });
  equal('sid', second.sid, first.sid);
  equal('attempts', second.sendCodeAttempts.length, 2);
  equal('the same code', (await code(to, 'sms', after)) === right, true);
  step('a second start sends the same code again');
  for (let sends = 3; sends <= 5; sends++) await of(s).verifications.create({ to, channel: 'sms' });
  await refused('sixth send', of(s).verifications.create({ to, channel: 'sms' }), 429, 60203);
  step('five sends');
  for (let guesses = 1; guesses <= 5; guesses++) {
    equal('wrong code', (await of(s).verificationChecks.create({ to, code: wrong(right) })).valid, false);
  }
  await refused('sixth check', of(s).verificationChecks.create({ to, code: right }), 429, 60202);
  step('five checks');
}

async function updates(step) {
  const to = '+12015550105';
  const s = await service({ customCodeEnabled: true });
  const first = await of(s).verifications.create({ to, channel: 'sms' });
  const old = await code(to);
  equal('canceled', (await of(s).verifications(first.sid).update({ status: 'canceled' })).status, 'canceled');
  await refused('check of a canceled one', of(s).verificationChecks.create({ to, code: old }), 404, 20404);
  step('canceled');
  const second = await of(s).verifications.create({ to, channel: 'sms', customCode: '13572468' });
  equal('another', second.sid !== first.sid, true);
  equal('approved', (await of(s).verifications(second.sid).update({ status: 'approved' })).status, 'approved');
  step('a code of the program approved by it');
}

async function ownCode(step) {
  const to = '+12015550106';
  const s = await service({ customCodeEnabled: true });
  await of(s).verifications.create({ to, channel: 'sms', customCode: '13572468' });
  equal('code', await code(to), '13572468');
  equal('approved', (await of(s).verificationChecks.create({ to, code: '13572468' })).valid, true);
  const other = await service();
  const error = await rejects('service without', of(other).verifications.create({ to, channel: 'sms', customCode: '13572468' }), twilio.RestException);
  equal('service without', error.status >= 400 && error.status < 500 && error.code >= 60000, true);
  step('a code of the program');
}

async function payment(step) {
  const to = '+12015550107';
  const s = await service({ psd2Enabled: true });
  await refused('no amount', of(s).verifications.create({ to, channel: 'sms' }), 400, 60206);
  const created = await of(s).verifications.create({ to, channel: 'sms', amount: '€39.99', payee: 'Acme Shop' });
  equal('bound', [created.amount, created.payee], ['€39.99', 'Acme Shop']);
  const right = await code(to);
  const [text] = await texts(to);
  matches('words of the SMS', text, /39\.99/);
  matches('words of the SMS', text, /Acme Shop/);
  const other = await of(s).verificationChecks.create({ to, code: right, amount: '€99.99', payee: 'Acme Shop' });
  equal('another amount', [other.status, other.valid], ['pending', false]);
  const check = await of(s).verificationChecks.create({ to, code: right, amount: '€39.99', payee: 'Acme Shop' });
  equal('the amount', [check.status, check.valid, check.amount, check.payee], ['approved', true, '€39.99', 'Acme Shop']);
  step('bound to a payment');
}

async function refusals(step) {
  const s = await service();
  await refused('no number', of(s).verifications.create({ to: 'abc', channel: 'sms' }), 400, 60200);
  await refused('no channel', of(s).verifications.create({ to: '+12015550108', channel: 'pigeon' }), 400, 60200);
  await refused('locale', of(s).verifications.create({ to: '+12015550108', channel: 'sms', locale: 'xx' }), 400, 60200);
  await of(s).verifications.create({ to: '+12015550108', channel: 'sms' });
  await refused('code of one digit', of(s).verificationChecks.create({ to: '+12015550108', code: '1' }), 400, 60200);
  await refused('neither To nor sid', of(s).verificationChecks.create({ code: '123456' }), 400, 60221);
  step('bad parameters');
  await refused('check of no verification', of(s).verificationChecks.create({ to: '+12015550109', code: '123456' }), 404, 20404);
  await refused('no verification', of(s).verifications('VE' + '0'.repeat(32)).fetch(), 404, 20404);
  await refused('no service', verify.services('VA' + '0'.repeat(32)).fetch(), 404, 20404);
  const none = verify.services('VA' + '0'.repeat(32)).verifications.create({ to: '+12015550109', channel: 'sms' });
  await refused('start in no service', none, 404, 20404);
  step('unknown ids');
  const stranger = at(twilio(account, 'pb_not_a_key'));
  await refused('wrong key', stranger.verify.v2.services(s.sid).fetch(), 401, 20003);
  const start = stranger.verify.v2.services(s.sid).verifications.create({ to: '+12015550109', channel: 'sms' });
  await refused('wrong key', start, 401, 20003);
  await refused('wrong key', stranger.calls.create({ to: '+12015550109', from: '+12015550100', twiml: '<Response/>' }), 401, 20003);
  step('a wrong key');
}

async function rateLimits(step) {
  const s = await service();
  const limit = await of(s).rateLimits.create({ uniqueName: 'end_user_ip', description: 'by address' });
  matches('sid', limit.sid, /^RK[0-9a-f]{32}$/);
  equal('uniqueName', limit.uniqueName, 'end_user_ip');
  const bucket = await of(s).rateLimits(limit.sid).buckets.create({ max: 1, interval: 60 });
  matches('sid', bucket.sid, /^BL[0-9a-f]{32}$/);
  equal('bucket', [bucket.max, bucket.interval, bucket.rateLimitSid], [1, 60, limit.sid]);
  equal('list', (await of(s).rateLimits.list()).map((l) => l.sid), [limit.sid]);
  equal('list', (await of(s).rateLimits(limit.sid).buckets.list()).map((b) => b.sid), [bucket.sid]);
  step('created');
  const at = (to, ip) => of(s).verifications.create({ to, channel: 'sms', rateLimits: { end_user_ip: ip } });
  equal('first', (await at('+12015550110', '192.0.2.1')).status, 'pending');
  await refused('second from one address', at('+12015550111', '192.0.2.1'), 429, 20429);
  equal('another address', (await at('+12015550111', '192.0.2.2')).status, 'pending');
  step('one an address and minute');
  await refused('the same name', of(s).rateLimits.create({ uniqueName: 'end_user_ip' }), 400, 60208);
  equal('remove', await of(s).rateLimits(limit.sid).remove(), true);
  await refused('a removed one', of(s).rateLimits(limit.sid).fetch(), 404, 20404);
  step('removed');
}

async function limitRefusals(step) {
  const s = await service({ skipSmsToLandlines: true });
  const landline = of(s).verifications.create({ to: '+81312345678', channel: 'sms' });
  await refused('SMS to a landline', landline, 403, 60205);
  await refused('name of a limit', of(s).rateLimits.create({ uniqueName: 'a b' }), 400, 60209);
  const limit = await of(s).rateLimits.create({ uniqueName: 'limit0' });
  const bucket = (max, interval) => of(s).rateLimits(limit.sid).buckets.create({ max, interval });
  for (let interval = 1; interval <= 5; interval++) await bucket(1, interval);
  await refused('the same interval', bucket(2, 1), 400, 60211);
  await refused('sixth bucket', bucket(1, 6), 400, 60210);
  for (let n = 1; n <= 9; n++) await of(s).rateLimits.create({ uniqueName: 'limit' + n });
  await refused('eleventh limit', of(s).rateLimits.create({ uniqueName: 'limit10' }), 400, 60207);
  step('landlines and limits');
}

async function statistics(step) {
  const to = '+12015550112';
  const s = await service();
  const created = await of(s).verifications.create({ to, channel: 'sms' });
  await of(s).verificationChecks.create({ to, code: await code(to) });
  const attempts = await verify.verificationAttempts.list({ verifyServiceSid: s.sid, limit: 20 });
  equal('attempts', attempts.map((a) => [a.verificationSid, a.channel, a.conversionStatus]), [[created.sid, 'sms', 'converted']]);
  matches('sid', attempts[0].sid, /^VL[0-9a-f]{32}$/);
  const summary = await verify.verificationAttemptsSummary().fetch({ verifyServiceSid: s.sid });
  equal('summary', [summary.totalAttempts, summary.totalConverted, summary.totalUnconverted], [1, 1, 0]);
  equal('conversion', Number(summary.conversionRatePercentage), 100);
  step('attempts and their summary');
}

async function safeList(step) {
  const added = await verify.safelist.create({ phoneNumber: '+12015550113' });
  matches('sid', added.sid, /^GN[0-9a-f]{32}$/);
  equal('fetch', (await verify.safelist('+12015550113').fetch()).sid, added.sid);
  equal('remove', await verify.safelist('+12015550113').remove(), true);
  const error = await rejects('a removed one', verify.safelist('+12015550113').fetch(), twilio.RestException);
  equal('a removed one', error.status, 404);
  step('added, read, removed');
}

async function call(step) {
  const to = '+12015550114';
  const speech = new twilio.twiml.VoiceResponse();
  speech.say('Your authorization code is: 482916');
  speech.pause({ length: 1 });
  speech.say('Your authorization code is: 482916');
  speech.hangup();
  const made = await client.calls.create({ to, from: '+12015550100', twiml: speech.toString() });
  matches('sid', made.sid, /^CA[0-9a-f]{32}$/);
  equal('status', made.status, 'queued');
  equal('direction', made.direction, 'outbound-api');
  equal('ends', [made.from, made.to], ['+12015550100', to]);
  equal('accountSid', made.accountSid, account);
  step('queued');
  await until('status', () => client.calls(made.sid).fetch(), (c) => c.status === 'in-progress');
  equal('code', await code(to, 'voice'), '482916');
  const done = await until('status', () => client.calls(made.sid).fetch(), (c) => c.status === 'completed');
  recent('startTime', done.startTime);
  recent('endTime', done.endTime);
  matches('duration', done.duration, /^\d+$/);
  equal('list', (await client.calls.list({ limit: 50 })).some((c) => c.sid === made.sid), true);
  step('answered, heard, completed, listed');
  await refused('no number', client.calls.create({ to: 'abc', from: '+12015550100', twiml: '<Response/>' }), 400, 21211);
  await refused('no address', client.calls.create({ to, from: '+12015550100', url: 'nonsense' }), 400, 21205);
  await refused('no call', client.calls('CA' + '0'.repeat(32)).fetch(), 404, 20404);
  step('refusals');
}

async function message(step) {
  const to = '+12015550115';
  const sent = await client.messages.create({ to, from: '+12015550100', body: 'Hello from Acme' });
  matches('sid', sent.sid, /^SM[0-9a-f]{32}$/);
  equal('body', sent.body, 'Hello from Acme');
  equal('direction', sent.direction, 'outbound-api');
  equal('to', sent.to, to);
  const done = await until('status', () => client.messages(sent.sid).fetch(), (m) => m.status === 'delivered');
  recent('dateSent', done.dateSent);
  equal('numSegments', done.numSegments, '1');
  equal('text', await texts(to), ['Hello from Acme']);
  equal('list', (await client.messages.list({ limit: 50 })).some((m) => m.sid === sent.sid), true);
  step('sent, delivered, listed');
  await refused('no number', client.messages.create({ to: 'abc', from: '+12015550100', body: 'x' }), 400, 21211);
  await refused('no body', client.messages.create({ to, from: '+12015550100' }), 400, 21602);
  await refused('no message', client.messages('SM' + '0'.repeat(32)).fetch(), 404, 20404);
  step('refusals');
}

run('twilio', { services, bySMS, byCall, resend, updates, ownCode, payment, refusals, rateLimits, limitRefusals, statistics, safeList, call, message });
