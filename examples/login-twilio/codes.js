'use strict';
// Codes by Twilio's Verify API: the only file that knows of it.
const fs = require('node:fs');
const twilio = require('twilio');

// An account SID has to look like one; what Pinbell looks at is the key.
const account = process.env.TWILIO_ACCOUNT_SID || 'AC' + '0'.repeat(32);
const key = fs.readFileSync(process.env.KEY_FILE || 'key', 'utf8').trim();
const client = twilio(account, key);
client.verify.baseUrl = process.env.PINBELL_URL || 'http://127.0.0.1:8080';

let service;

// prepare takes the service of TWILIO_VERIFY_SERVICE_SID, or makes one.
exports.prepare = async function () {
  const sid = process.env.TWILIO_VERIFY_SERVICE_SID;
  service = client.verify.v2.services(sid || (await client.verify.v2.services.create({ friendlyName: 'Acme' })).sid);
};

// send delivers a code by SMS and returns the verification's sid.
exports.send = (number) => deliver(number, 'sms');

// call has the same code said in a call: while a number has a verification,
// Verify stays with it.
exports.call = (number) => deliver(number, 'call');

const deliver = async (to, channel) => (await service.verifications.create({ to, channel })).sid;

// check tells whether a code is right.
exports.check = async (verification, code) =>
  (await service.verificationChecks.create({ verificationSid: verification, code })).status === 'approved';

// What Verify's error codes mean, https://www.twilio.com/docs/api/errors.
const gone = 20404;
const maxChecks = 60202;
const reasons = {
  [gone]: 'The code is not valid any more. Log in again.',
  [maxChecks]: 'Too many wrong codes. Log in again.',
  60200: 'That is not a code.',
  60203: 'That was too often. Try again later.',
  60212: 'That was too often. Try again later.',
};

// ended tells whether the verification takes no more codes.
exports.ended = (error) => error.code === gone || error.code === maxChecks;

// reason puts an error in words for people.
exports.reason = function (error) {
  if (!reasons[error.code]) console.error(`verify: ${error.message}`);
  return reasons[error.code] || 'That did not work. Try again later.';
};
