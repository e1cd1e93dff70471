'use strict';
// A log-in with a second factor, with Twilio's own client against Pinbell:
// people sign up with a phone number and a password, log in with the password,
// and are signed in once they typed the code that reached their phone.
const http = require('node:http');
const codes = require('./codes');
const pages = require('./pages');
const sessions = require('./sessions');
const users = require('./users');
const { foreign, read, redirect, show } = require('./web');

const routes = {
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

// signUp makes an account.
async function signUp(request, response) {
  const form = await read(request);
  const refusal = await users.add(form.get('name'), form.get('number'), form.get('password'));
  if (refusal) return redirect(request, response, '/signup', refusal);
  redirect(request, response, '/login', 'Your account is there. Log in.');
}

// logIn checks name and password, and sends the code to the person's phone.
async function logIn(request, response) {
  const form = await read(request);
  const user = await users.authenticate(form.get('name'), form.get('password'));
  if (!user) return redirect(request, response, '/login', 'Name or password is wrong.');
  try {
    const verification = await codes.send(user.number, 'sms');
    sessions.start(request, response, { pending: user, verification });
    redirect(request, response, '/code');
  } catch (error) {
    redirect(request, response, '/login', codes.reason(error));
  }
}

// pending lets through who has given the password and has yet to type the code.
function pending(handle) {
  return (request, response) => {
    const session = sessions.of(request);
    if (!session.pending) return redirect(request, response, '/login');
    return handle(request, response, session);
  };
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

// callInstead has the same code said in a call.
async function callInstead(request, response, session) {
  try {
    await codes.send(session.pending.number, 'call');
    redirect(request, response, '/code', 'We are calling you.');
  } catch (error) {
    redirect(request, response, '/code', codes.reason(error));
  }
}

// leave ends the session.
function leave(request, response, to, flash) {
  sessions.start(request, response, { flash });
  redirect(request, response, to);
}

async function answer(request, response) {
  if (foreign(request)) return response.writeHead(403).end('The form came from another site.');
  const { pathname } = new URL(request.url, 'http://application');
  const handle = routes[`${request.method} ${pathname}`];
  if (!handle) return response.writeHead(404).end('There is no such page.');
  return handle(request, response);
}

async function main() {
  await codes.prepare();
  const [host, port] = (process.env.ADDR || '127.0.0.1:5002').split(':');
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error.message);
      response.writeHead(error.status || 500).end();
    });
  });
  server.listen(Number(port), host, () => console.log(`listening on http://${host}:${server.address().port}`));
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
