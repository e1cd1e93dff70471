'use strict';
// Vonage's own client: Verify v2.
const { generateKeyPairSync } = require('node:crypto');
const { Auth } = require('@vonage/auth');
const { Verify2 } = require('@vonage/verify2');
const { AuthenticationType } = require('@vonage/server-client');
const { VetchError } = require('@vonage/vetch');
const { url, key, equal, matches, recent, rejects, code, texts, wrong, run } = require('./check');

// basic is a client that gives key and secret; left alone it would sign a JWT.
function basic(apiSecret) {
  const client = new Verify2(new Auth({ apiKey: 'a1b2c3d4', apiSecret }), { apiHost: url });
  client.authType = AuthenticationType.BASIC;
  return client;
}

const verify = basic(key);
const unknown = 'c11236f4-00bf-4b89-84ba-88b25df97315';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

// refused holds for the error that the client makes of a problem document; it
// returns that document.
async function refused(what, promise, status, title, detail) {
  const error = await rejects(what, promise, VetchError);
  equal(what + ': status', error.response.status, status);
  const problem = await error.response.json();
  if (title) equal(what + ': title', problem.title, title);
  if (detail) matches(what + ': detail', problem.detail, detail);
  for (const field of ['title', 'type', 'detail', 'instance']) equal(`${what}: type of ${field}`, typeof problem[field], 'string');
  return problem;
}

const invalidCode = (what, promise) =>
  refused(what, promise, 400, 'Invalid Code', /^The code you provided does not match the expected value\.$/);
const gone = (what, promise, id) =>
  refused(what, promise, 404, null, new RegExp(`Request '?${id}'? was not found or it has been verified already\\.`));

async function bySMS(step) {
  const to = '447700900201';
  const { requestId } = await verify.newRequest({
    brand: 'Acme', locale: 'en-us', clientRef: 'login-42', codeLength: 6, workflow: [{ channel: 'sms', to }],
  });
  matches('request_id', requestId, uuid);
  step('started');
  const right = await code('+' + to);
  equal('digits', right.length, 6);
  matches('words of the SMS', (await texts('+' + to))[0], /Acme/);
  await invalidCode('wrong code', verify.checkCode(requestId, wrong(right)));
  step('a wrong code is refused');
  equal('status', await verify.checkCode(requestId, right), 'completed');
  step('completed');
  await gone('used code', verify.checkCode(requestId, right), requestId);
  step('gone afterwards');
}

async function byVoice(step) {
  const to = '447700900202';
  const { requestId } = await verify.newRequest({ brand: 'Acme', workflow: [{ channel: 'voice', to }] });
  const heard = await code('+' + to, 'voice');
  matches('digits', heard, /^\d{4,10}$/);
  step('the code was heard');
  equal('status', await verify.checkCode(requestId, heard), 'completed');
  step('completed');
}

async function workflow(step) {
  const to = '447700900203';
  const { requestId } = await verify.newRequest({
    brand: 'Acme', codeLength: 6, workflow: [{ channel: 'sms', to }, { channel: 'voice', to }],
  });
  const right = await code('+' + to);
  equal('next', await verify.nextWorkflow(requestId), true);
  equal('the same code', (await code('+' + to, 'voice', new Date())) === right, true);
  step('the next step was a call with the same code');
  equal('no next', await verify.nextWorkflow(requestId), false);
  equal('status', await verify.checkCode(requestId, right), 'completed');
  step('completed');
}

async function cancel(step) {
  const to = '447700900204';
  const { requestId } = await verify.newRequest({ brand: 'Acme', workflow: [{ channel: 'sms', to }] });
  const right = await code('+' + to);
  equal('cancel', await verify.cancel(requestId), true);
  await gone('code of a canceled one', verify.checkCode(requestId, right), requestId);
  equal('cancel again', await verify.cancel(requestId), false);
  step('canceled');
}

async function attempts(step) {
  const to = '447700900205';
  const { requestId } = await verify.newRequest({ brand: 'Acme', workflow: [{ channel: 'sms', to }] });
  const right = await code('+' + to);
  await invalidCode('first', verify.checkCode(requestId, wrong(right)));
  await invalidCode('second', verify.checkCode(requestId, wrong(right)));
  const terminated = /An incorrect code has been provided too many times\. Workflow terminated\./;
  await refused('third', verify.checkCode(requestId, wrong(right)), 410, null, terminated);
  step('three attempts');
}

async function concurrency(step) {
  const to = '447700900206';
  const { requestId } = await verify.newRequest({ brand: 'Acme', workflow: [{ channel: 'sms', to }] });
  const again = verify.newRequest({ brand: 'Acme', workflow: [{ channel: 'sms', to }] });
  const problem = await refused('second', again, 409, null, /Concurrent verifications to the same number are not allowed/);
  equal('request_id', problem.request_id, requestId);
  equal('cancel', await verify.cancel(requestId), true);
  matches('request_id', (await verify.newRequest({ brand: 'Acme', workflow: [{ channel: 'sms', to }] })).requestId, uuid);
  step('one at a time for a number');
}

async function ownCode(step) {
  const to = '447700900207';
  const { requestId } = await verify.newRequest({ brand: 'Acme', code: '13572468', workflow: [{ channel: 'sms', to }] });
  equal('code', await code('+' + to), '13572468');
  equal('status', await verify.checkCode(requestId, '13572468'), 'completed');
  step('a code of the program');
}

async function refusals(step) {
  const request = { brand: 'Acme', workflow: [{ channel: 'sms', to: '447700900208' }] };
  for (const [what, change, name] of [
    ['no number', { workflow: [{ channel: 'sms', to: 'abc' }] }, /to/],
    ['code length', { codeLength: 3 }, /code_length/],
    ['channel timeout', { channelTimeout: 5 }, /channel_timeout/],
    ['no workflow', { workflow: [] }, /workflow/],
    ['no brand', { brand: '' }, /brand/],
    ['channel', { workflow: [{ channel: 'pigeon', to: '447700900208' }] }, /channel|workflow/],
  ]) {
    const problem = await refused(what, verify.newRequest({ ...request, ...change }), 422);
    matches(what + ': name', (problem.invalid_parameters || []).map((p) => p.name), name);
  }
  step('bad parameters');
  await gone('code of no id', verify.checkCode(unknown, '1234'), unknown);
  equal('cancel of no id', await verify.cancel(unknown), false);
  equal('next of no id', await verify.nextWorkflow(unknown), false);
  step('unknown ids');
  await refused('wrong secret', basic('pb_not_a_key').newRequest(request), 401);
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const signed = new Verify2(new Auth({ applicationId: unknown, privateKey }), { apiHost: url });
  await refused('a JWT of nobody we know', signed.newRequest(request), 401);
  step('wrong credentials');
}

async function templates(step) {
  const made = await verify.createTemplate({ name: 'acme' });
  matches('templateId', made.templateId, uuid);
  equal('name', made.name, 'acme');
  equal('type of isDefault', typeof made.isDefault, 'boolean');
  equal('read', (await verify.getTemplate(made.templateId)).name, 'acme');
  const renamed = await verify.updateTemplate({ templateId: made.templateId, name: 'acme2', isDefault: false });
  equal('renamed', renamed.name, 'acme2');
  const fragment = await verify.createTemplateFragment(made.templateId, {
    channel: 'sms', locale: 'en-us', text: '${code} is what ${brand} asks for.',
  });
  matches('templateFragmentId', fragment.templateFragmentId, uuid);
  equal('fragment', [fragment.channel, fragment.locale, fragment.text], ['sms', 'en-us', '${code} is what ${brand} asks for.']);
  recent('dateCreated', new Date(fragment.dateCreated));
  equal('page', (await verify.getTemplateFragmentPage({ templateId: made.templateId })).totalItems, 1);
  const names = [];
  for await (const template of verify.listAllTemplates()) names.push(template.name);
  equal('list', names.includes('acme2'), true);
  step('made, renamed, listed');
  const to = '447700900209';
  const { requestId } = await verify.newRequest({
    brand: 'Acme', locale: 'en-us', templateId: made.templateId, workflow: [{ channel: 'sms', to }],
  });
  const right = await code('+' + to);
  equal('words of the SMS', await texts('+' + to), [`${right} is what Acme asks for.`]);
  equal('status', await verify.checkCode(requestId, right), 'completed');
  step('used');
  const id = fragment.templateFragmentId;
  const changed = await verify.updateTemplateFragment(made.templateId, { templateFragmentId: id, text: '${brand}: ${code}' });
  equal('changed', changed.text, '${brand}: ${code}');
  equal('read', (await verify.getTemplateFragment(made.templateId, id)).text, '${brand}: ${code}');
  equal('delete', await verify.deleteTemplateFragment(made.templateId, id), true);
  equal('delete', await verify.deleteTemplate(made.templateId), true);
  await refused('a deleted one', verify.getTemplate(made.templateId), 404);
  step('deleted');
}

run('vonage', { bySMS, byVoice, workflow, cancel, attempts, concurrency, ownCode, refusals, templates });
