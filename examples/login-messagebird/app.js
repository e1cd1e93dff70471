'use strict';
// A log-in with a second factor, with MessageBird's own client against Pinbell:
// the web application is in ../login-node, what is MessageBird's in codes.js.
const { serve } = require('../login-node/app');
const codes = require('./codes');

serve(codes, process.env.ADDR || '127.0.0.1:5003');
