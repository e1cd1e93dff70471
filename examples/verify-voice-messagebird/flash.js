'use strict';
// Messages for the next page, in a cookie that is read once.
const name = 'flash';
const attributes = 'Path=/; HttpOnly; SameSite=Lax';

exports.keep = function (response, messages) {
  const value = encodeURIComponent(JSON.stringify(messages));
  response.setHeader('set-cookie', `${name}=${value}; ${attributes}; Max-Age=60`);
};

exports.take = function (request, response) {
  const found = new RegExp(`(?:^|; )${name}=([^;]+)`).exec(request.headers.cookie || '');
  if (!found) return [];
  response.setHeader('set-cookie', `${name}=; ${attributes}; Max-Age=0`);
  try {
    const messages = JSON.parse(decodeURIComponent(found[1]));
    return Array.isArray(messages) ? messages.map(String) : [];
  } catch {
    return []; // not of ours
  }
};
