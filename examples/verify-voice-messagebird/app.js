'use strict';
// MessageBird's guide "Account Security with Voice" as an application: a number
// is typed, called, and verified by the code that the call says. The client is
// MessageBird's own; redirect.js, preloaded, lets it talk to Pinbell.
const fs = require('node:fs');
const http = require('node:http');
const { promisify } = require('node:util');
const { initClient } = require('messagebird');
const flash = require('./flash');
const pages = require('./pages');

const messagebird = initClient(fs.readFileSync(process.env.KEY_FILE || 'key', 'utf8').trim());
const create = promisify(messagebird.verify.create);
const verify = promisify(messagebird.verify.verify);

const routes = [
  ['GET', /^\/$/, (request, response) => show(request, response, pages.index())],
  ['POST', /^\/$/, submitPhone],
  ['GET', /^\/EnterCode\/(\w+)$/, (request, response, id) => show(request, response, pages.enterCode(id))],
  ['POST', /^\/EnterCode\/(\w+)$/, enterCode],
  ['GET', /^\/success$/, (request, response) => show(request, response, pages.success())],
];

// submitPhone has the number called, and asks for the code.
async function submitPhone(request, response) {
  const form = await read(request);
  try {
    const verification = await create(form.get('number') || '', { type: 'tts', template: 'Your security code is %token.' });
    redirect(response, `/EnterCode/${verification.id}`);
  } catch (error) {
    show(request, response, pages.index(), descriptions(error));
  }
}

// enterCode checks what was typed.
async function enterCode(request, response, id) {
  const form = await read(request);
  try {
    await verify(id, form.get('token') || '');
    redirect(response, '/success');
  } catch (error) {
    flash.keep(response, descriptions(error));
    redirect(response, `/EnterCode/${id}`);
  }
}

// descriptions are what MessageBird's API says of an error, for people.
function descriptions(error) {
  if (!error.errors) console.error(error.message);
  return (error.errors || [{ description: 'Try again later.' }]).map((e) => `description : ${e.description}`);
}

function show(request, response, page, messages = flash.take(request, response)) {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
  });
  response.end(pages.layout(page, messages));
}

function redirect(response, to) {
  response.writeHead(303, { location: to }).end();
}

// read returns a form of at most 16 KiB.
async function read(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > 16384) throw Object.assign(new Error('too long'), { status: 413 });
  }
  return new URLSearchParams(body);
}

// foreign holds for a form that another site made a browser send.
function foreign(request) {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (request.method !== 'POST') return false;
  if (site) return site !== 'same-origin' && site !== 'none';
  return Boolean(origin) && origin !== `http://${host}` && origin !== `https://${host}`;
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://application');
  if (foreign(request)) return response.writeHead(403).end('The form came from another site.');
  for (const [method, pattern, handle] of routes) {
    const match = request.method === method && pattern.exec(pathname);
    if (match) return handle(request, response, match[1]);
  }
  response.writeHead(404).end('There is no such page.');
}

const [host, port] = (process.env.ADDR || '127.0.0.1:5000').split(':');
const server = http.createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error.message);
    response.writeHead(error.status || 500).end();
  });
});
server.listen(Number(port), host, () => console.log(`listening on http://${host}:${server.address().port}`));
