'use strict';
// A web application in which people sign up with a phone number and a password,
// log in with the password, and are signed in once they typed the code that
// reached their phone.
const http = require('node:http');
const login = require('./login');
const { foreign } = require('./web');

// serve runs it at an address of this machine, with codes as login.js has them.
exports.serve = function (codes, address) {
  const routes = login(codes);
  const server = http.createServer((request, response) => {
    answer(routes, request, response).catch((error) => {
      console.error(error.message);
      response.writeHead(error.status || 500).end();
    });
  });
  const [host, port] = address.split(':');
  server.listen(Number(port), host, () => console.log(`listening on http://${host}:${server.address().port}`));
};

async function answer(routes, request, response) {
  if (foreign(request)) return response.writeHead(403).end('The form came from another site.');
  const { pathname } = new URL(request.url, 'http://application');
  const handle = routes[`${request.method} ${pathname}`];
  if (!handle) return response.writeHead(404).end('There is no such page.');
  return handle(request, response);
}
