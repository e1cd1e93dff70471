'use strict';
// What the scripts of all vendors share: flows that run side by side, steps
// that print a line, and the phone that codes reach.
const util = require('node:util');

const { PINBELL_URL: url, PINBELL_KEY: key, HANDSET_URL: phone } = process.env;
if (!url || !key || !phone) {
  console.error('PINBELL_URL, PINBELL_KEY and HANDSET_URL are needed');
  process.exit(2);
}

class Mismatch extends Error {
  constructor(what, got, want) {
    super(`${what}: got ${util.inspect(got, { depth: 4 })}, want ${util.inspect(want)}`);
  }
}

const equal = (what, got, want) => {
  if (!util.isDeepStrictEqual(got, want)) throw new Mismatch(what, got, want);
};

const matches = (what, got, want) => {
  if (!want.test(String(got))) throw new Mismatch(what, got, want);
};

const oneOf = (what, got, want) => {
  if (!want.includes(got)) throw new Mismatch(what, got, want);
};

// recent holds for a Date within five minutes of now: dates are read, and as UTC.
const recent = (what, got) => {
  if (!(got instanceof Date) || Math.abs(got - Date.now()) > 300_000) throw new Mismatch(what, got, 'a date of now');
};

// rejects returns the error that the client makes of an answer.
async function rejects(what, promise, type = Error) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    if (!(error instanceof type)) throw new Mismatch(what, error.constructor.name, type.name);
    return error;
  }
  throw new Mismatch(what, value, 'an error');
}

// until asks again until the answer is good or the time is over.
async function until(what, ask, good, seconds = 45) {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    const got = await ask();
    if (good(got)) return got;
    if (Date.now() > end) throw new Mismatch(what, got, 'something else within ' + seconds + ' s');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function ask(path, body) {
  const init = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(phone + path, init);
  if (!response.ok) throw new Mismatch('the phone at ' + path.replace(/\?.*/, ''), response.status, 200);
  return response.json();
}

const query = (values) => new URLSearchParams(values).toString();

// code waits for the code that reaches a number by a channel after a time.
async function code(to, channel = 'sms', after = new Date(0)) {
  const path = '/latest?' + query({ to, wait: channel === 'sms' ? '20s' : '40s', after: after.toISOString() });
  const got = await ask(path);
  equal('channel of the code', got.channel, channel);
  return got.code;
}

const texts = async (to) => (await ask('/messages?' + query({ to }))).data.map((m) => m.text);
const calls = async (to) => (await ask('/calls?' + query({ to }))).data;
const press = (call, digits) => ask(`/calls/${call.id}/keys`, { digits });

// wrong is another code of the same length.
const wrong = (code) => code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);

// told is a client's error in a line, without the request it was about: that
// holds the key.
async function told(error) {
  if (error instanceof Mismatch) return error.message;
  const { status = error.statusCode, code, response } = error;
  const facts = util.inspect(Object.fromEntries(Object.entries({ status, code }).filter(([, value]) => value !== undefined)));
  const body = response && !response.bodyUsed ? await response.text() : '';
  return `${error.constructor.name}: ${error.message} ${facts} ${body}`;
}

// run runs all flows at once. A flow ends at its first mismatch, the others go
// on, and the program then fails.
async function run(vendor, flows) {
  const failures = await Promise.all(
    Object.entries(flows).map(async ([name, flow]) => {
      let last = 'the start';
      const step = (text) => {
        last = text;
        console.log(`${vendor}  ${name}: ${text}`);
      };
      try {
        await flow(step);
        return 0;
      } catch (error) {
        console.log(`${vendor}  ${name}: FAILED after "${last}" ${callers(error)}\n    ${await told(error)}`);
        return 1;
      }
    }),
  );
  process.exit(failures.includes(1) ? 1 : 0);
}

// callers names the lines of the scripts that an error came through.
const callers = (error) =>
  (String(error && error.stack).match(/\/sdk\/[a-z]+\.js:\d+/g) || []).filter((at) => !at.includes('/check.js')).join(' ');

module.exports = { url, key, equal, matches, oneOf, recent, rejects, until, code, texts, calls, press, wrong, run };
