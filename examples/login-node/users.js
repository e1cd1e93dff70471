'use strict';
// Users, in memory; a real application has a database.
const { randomBytes, scrypt, timingSafeEqual } = require('node:crypto');
const { promisify } = require('node:util');

const byName = new Map();

// Parameters as OWASP advises: 128 MiB for each password.
const hashed = (password, salt) => promisify(scrypt)(password, salt, 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 160 * 1024 * 1024 });

// nobody is hashed in place of an unknown user, so that nobody learns who has
// an account.
const nobody = { salt: randomBytes(16), hash: Buffer.alloc(32) };

// add makes an account, or returns what has to be filled in differently.
exports.add = async function (name, number, password) {
  name = (name || '').trim();
  number = (number || '').trim();
  if (name === '' || name.length > 100) return 'Choose a name.';
  if (!/^\+[1-9][0-9]{6,14}$/.test(number)) return "Give your number with the country's code, as in +15551234567.";
  if ((password || '').length < 8 || password.length > 1000) return 'Choose a password of 8 characters or more.';
  const salt = randomBytes(16);
  const user = { name, number, salt, hash: await hashed(password, salt) };
  if (byName.has(name)) return 'That name is taken.';
  byName.set(name, user);
};

// authenticate returns the user whose password it is, or null.
exports.authenticate = async function (name, password) {
  const user = byName.get((name || '').trim());
  if ((password || '').length > 1000) return null;
  const hash = await hashed(password || '', (user || nobody).salt);
  return timingSafeEqual(hash, (user || nobody).hash) && user ? user : null;
};
