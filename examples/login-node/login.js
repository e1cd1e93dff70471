'use strict';
// The log-in itself, with whatever delivers and checks the codes:
//
//   send(number)                   delivers one by SMS; returns its verification
//   call(number, verification)     has one said in a call; likewise
//   check(verification, code)      tells whether a code is right
//   ended(error), reason(error)    whether the verification takes no more codes,
//                                  and what went wrong in words for people
const pages = require('./pages');
const sessions = require('./sessions');
const users = require('./users');
const { read, redirect, show } = require('./web');

// routes are the pages and forms of the application.
module.exports = function routes(codes) {
  return {
    'GET /': (request, response) => show(request, response, pages.home(sessions.of(request).user)),
    'GET /signup': (request, response) => show(request, response, pages.signUp()),
    'POST /signup': signUp,
    'GET /login': (request, response) => show(request, response, pages.logIn()),
    'POST /login': logIn,
    'GET /code': pending((request, response, session) => show(request, response, pages.code(session.pending.number))),
    'POST /code': pending(checkCode),
    'POST /code/call': pending(callInstead),
    'POST /logout': (request, response) => leave(request, response, '/'),
  };

  // logIn checks name and password, and sends the code to the person's phone.
  async function logIn(request, response) {
    const form = await read(request);
    const user = await users.authenticate(form.get('name'), form.get('password'));
    if (!user) return redirect(request, response, '/login', 'Name or password is wrong.');
    try {
      const verification = await codes.send(user.number);
      sessions.start(request, response, { pending: user, verification });
      redirect(request, response, '/code');
    } catch (error) {
      redirect(request, response, '/login', codes.reason(error));
    }
  }

  // checkCode signs the person in when the code is right.
  async function checkCode(request, response, session) {
    const form = await read(request);
    try {
      if (!(await codes.check(session.verification, (form.get('code') || '').trim()))) {
        return redirect(request, response, '/code', 'That is not the code.');
      }
      sessions.start(request, response, { user: session.pending });
      redirect(request, response, '/');
    } catch (error) {
      if (codes.ended(error)) return leave(request, response, '/login', codes.reason(error));
      redirect(request, response, '/code', codes.reason(error));
    }
  }

  // callInstead has a code said in a call.
  async function callInstead(request, response, session) {
    try {
      session.verification = await codes.call(session.pending.number, session.verification);
      redirect(request, response, '/code', 'We are calling you.');
    } catch (error) {
      redirect(request, response, '/code', codes.reason(error));
    }
  }
};

// signUp makes an account.
async function signUp(request, response) {
  const form = await read(request);
  const refusal = await users.add(form.get('name'), form.get('number'), form.get('password'));
  if (refusal) return redirect(request, response, '/signup', refusal);
  redirect(request, response, '/login', 'Your account is there. Log in.');
}

// pending lets through who has given the password and has yet to type the code.
function pending(handle) {
  return (request, response) => {
    const session = sessions.of(request);
    if (!session.pending) return redirect(request, response, '/login');
    return handle(request, response, session);
  };
}

// leave ends the session.
function leave(request, response, to, flash) {
  sessions.start(request, response, { flash });
  redirect(request, response, to);
}
