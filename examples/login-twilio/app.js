'use strict';
// A log-in with a second factor, with Twilio's own client against Pinbell: the
// web application is in ../login-node, what is Twilio's in codes.js.
const { serve } = require('../login-node/app');
const codes = require('./codes');

async function main() {
  await codes.prepare();
  serve(codes, process.env.ADDR || '127.0.0.1:5002');
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
