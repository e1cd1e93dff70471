'use strict';
// The pages, as the guide prints them.

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

// layout puts what was flashed above a page.
exports.layout = (page, messages) => `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>MessageBird Verify Example</title>
  </head>
  <body>
${messages.length ? `    <ul class=flashes>\n${messages.map((m) => `      <li>${escape(m)}</li>\n`).join('')}    </ul>\n` : ''}${page}
  </body>
</html>
`;

exports.index = () => `    <h1>MessageBird Verify Example</h1>
    <p>Enter your phone number:</p>
    <form action="/" method="post">
      <dl>
        <input id="number" name="number" type="tel" aria-label="Phone number" required>
        <input id="submit" name="submit" type="submit" value="Send code">
      </dl>
    </form>`;

exports.enterCode = (id) => `    <h1>Enter your verification code</h1>
    <form action="/EnterCode/${escape(id)}" method="post">
      <dl>
        <input id="verify_id" name="verify_id" type="hidden" value="${escape(id)}">
        <input id="token" name="token" type="text" inputmode="numeric" autocomplete="one-time-code"
          aria-label="Enter your verification code:" required>
        <input id="submit" name="submit" type="submit" value="Check code">
      </dl>
    </form>`;

exports.success = () => '    <p>You have successfully verified your phone number.</p>';
