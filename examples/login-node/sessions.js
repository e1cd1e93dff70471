'use strict';
// Sessions, in memory, by the random value of a cookie. One holds user, who is
// signed in; pending, whose password was right and who has yet to type the
// code; verification, of that code; and flash, shown once on the next page.
const { randomBytes } = require('node:crypto');

const lifetime = 12 * 3600;
const byID = new Map();

const id = (request) => (/(?:^|; )session=([^;]+)/.exec(request.headers.cookie || '') || [])[1];

// of returns the session of a request, an empty one for a stranger.
const of = (request) => byID.get(id(request)) || {};

// start gives the browser a session under a new identifier: one that somebody
// else could know must not become one that is signed in.
function start(request, response, session) {
  byID.delete(id(request));
  const now = Date.now();
  for (const [old, other] of byID) if (other.until < now) byID.delete(old);
  const fresh = randomBytes(24).toString('base64url');
  byID.set(fresh, { ...session, until: now + 1000 * lifetime });
  const secure = request.socket.encrypted ? '; Secure' : '';
  response.setHeader('set-cookie', `session=${fresh}; Path=/; Max-Age=${lifetime}; HttpOnly; SameSite=Lax${secure}`);
}

// flash keeps a message for the next page.
function flash(request, response, message) {
  const session = byID.get(id(request));
  if (session) session.flash = message;
  else start(request, response, { flash: message });
}

// takeFlash returns the message, which is then gone.
function takeFlash(request) {
  const session = of(request);
  const message = session.flash;
  delete session.flash;
  return message;
}

module.exports = { of, start, flash, takeFlash };
