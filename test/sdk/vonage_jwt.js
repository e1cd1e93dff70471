'use strict';
// Vonage's own client as it authorizes requests when left alone: with a token
// that it signs by the application's private key.
const { generateKeyPairSync } = require('node:crypto');
const { Auth } = require('@vonage/auth');
const { Verify2 } = require('@vonage/verify2');
const { VetchError } = require('@vonage/vetch');
const { url, equal, matches, rejects, run } = require('./check');

const { VONAGE_APPLICATION: applicationId, VONAGE_PRIVATE_KEY: privateKey } = process.env;

const at = (id, key) => new Verify2(new Auth({ applicationId: id, privateKey: key }), { apiHost: url });

async function application(step) {
  const verify = at(applicationId, privateKey);
  const workflow = (to) => [{ channel: 'sms', to }];
  const { requestId } = await verify.newRequest({ brand: 'Acme', code: '13572468', workflow: workflow('447700900301') });
  matches('request_id', requestId, /^[0-9a-f-]{36}$/);
  step('started');
  const wrong = await rejects('wrong code', verify.checkCode(requestId, '13572469'), VetchError);
  equal('wrong code', wrong.response.status, 400);
  equal('status', await verify.checkCode(requestId, '13572468'), 'completed');
  step('completed');
  const second = await verify.newRequest({ brand: 'Acme', workflow: workflow('447700900302') });
  equal('cancel', await verify.cancel(second.requestId), true);
  step('canceled');
}

async function strangers(step) {
  const { privateKey: another } = generateKeyPairSync('rsa', {
    modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const request = { brand: 'Acme', workflow: [{ channel: 'sms', to: '447700900303' }] };
  for (const [what, client] of [
    ['another key', at(applicationId, another)],
    ['another application', at('c11236f4-00bf-4b89-84ba-88b25df97315', privateKey)],
  ]) {
    const error = await rejects(what, client.newRequest(request), VetchError);
    equal(what, error.response.status, 401);
  }
  step('tokens of others');
}

run('vonage', { application, strangers });
