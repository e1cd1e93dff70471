'use strict';
// Pages and forms over HTTP.
const pages = require('./pages');
const sessions = require('./sessions');

const maxForm = 16384;

// show answers with a page and what was flashed for it.
exports.show = function (request, response, page) {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  });
  response.end(pages.layout(page, sessions.takeFlash(request)));
};

// redirect leads to a page that shows a message.
exports.redirect = function (request, response, to, message) {
  if (message) sessions.flash(request, response, message);
  response.writeHead(303, { location: to }).end();
};

// read returns a form.
exports.read = async function (request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > maxForm) throw Object.assign(new Error('the form is too long'), { status: 413 });
  }
  return new URLSearchParams(body);
};

// foreign holds for a form that another site made a browser send.
exports.foreign = function (request) {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (request.method !== 'POST') return false;
  if (site) return site !== 'same-origin' && site !== 'none';
  return Boolean(origin) && origin !== `http://${host}` && origin !== `https://${host}`;
};
