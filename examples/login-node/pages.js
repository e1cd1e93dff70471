'use strict';
// The pages.

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

// layout puts a heading and what was flashed above a page.
exports.layout = ({ title, body }, flash) => `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 3rem auto; padding: 0 1rem }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
  input, button { margin: .25rem 0 1rem; padding: .5rem }
  .flash { padding: .5rem; border: 1px solid }
</style>
<h1>${title}</h1>
${flash ? `<p class="flash" role="status">${escape(flash)}</p>` : ''}
${body}
`;

exports.home = (user) => ({
  title: 'Acme',
  body: user
    ? `<p>You are signed in as <strong>${escape(user.name)}</strong>.</p>
<form method="post" action="/logout"><button>Log out</button></form>`
    : '<p><a href="/signup">Sign up</a> or <a href="/login">log in</a>.</p>',
});

exports.signUp = () => ({
  title: 'Sign up',
  body: `<form method="post" action="/signup">
  <label for="name">Name</label>
  <input id="name" name="name" autocomplete="username" required>
  <label for="number">Mobile phone number, with the country's code</label>
  <input id="number" name="number" type="tel" autocomplete="tel" placeholder="+15551234567" required>
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="new-password" minlength="8" required>
  <button>Sign up</button>
</form>`,
});

exports.logIn = () => ({
  title: 'Log in',
  body: `<form method="post" action="/login">
  <label for="name">Name</label>
  <input id="name" name="name" autocomplete="username" required>
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required>
  <button>Log in</button>
</form>
<p>No account yet? <a href="/signup">Sign up</a>.</p>`,
});

exports.code = (number) => ({
  title: 'Enter the code',
  body: `<p>A code is on its way to ${'•'.repeat(number.length - 2)}${escape(number.slice(-2))}.</p>
<form method="post" action="/code">
  <label for="code">Code</label>
  <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus>
  <button>Log in</button>
</form>
<form method="post" action="/code/call"><button>Call me instead</button></form>`,
});
