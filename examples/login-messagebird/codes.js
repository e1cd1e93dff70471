'use strict';
// Codes by MessageBird's Verify API: the only file that knows of it.
const fs = require('node:fs');
const { promisify } = require('node:util');
const { initClient } = require('messagebird');

const messagebird = initClient(fs.readFileSync(process.env.KEY_FILE || 'key', 'utf8').trim());
const create = promisify(messagebird.verify.create);
const remove = promisify(messagebird.verify.delete);
const verify = promisify(messagebird.verify.verify);

const words = { template: 'Your Acme code is %token.' };

// send delivers a code by SMS and returns the verification's id.
exports.send = async (number) => (await create(number, { ...words, type: 'sms' })).id;

// call has a code said in a call. A verification of MessageBird's is sent once:
// the call is another one, with a code of its own, and ends the one before.
exports.call = async function (number, before) {
  const { id } = await create(number, { ...words, type: 'tts' });
  await remove(before).catch((error) => console.error(`verify: ${error.message}`)); // it ends by itself
  return id;
};

// check tells whether a code is right. A wrong one is an error to MessageBird.
exports.check = async function (verification, code) {
  try {
    return (await verify(verification, code)).status === 'verified';
  } catch (error) {
    if (/token is invalid/.test(error.message)) return false;
    throw error;
  }
};

// ended tells whether the verification takes no more codes. MessageBird says so
// in words: its error code is that of a wrong code.
exports.ended = (error) => error.statusCode === 404 || /has expired|already been processed/.test(error.message);

// reason puts an error in words for people.
exports.reason = function (error) {
  if (exports.ended(error)) return 'The code is not valid any more. Log in again.';
  if (error.statusCode === 429) return 'That was too often. Try again later.';
  if ((error.errors || []).some((e) => e.parameter === 'recipient')) return 'No code can be sent to your number.';
  console.error(`verify: ${error.message}`);
  return 'That did not work. Try again later.';
};
