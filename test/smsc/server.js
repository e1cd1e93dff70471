'use strict';
// An SMSC for the tests of package sms, on a free port of the loopback. It
// prints one JSON object a line: first {"port":…}, then each bind, message and
// answer to a receipt. Message ids are hexadecimal in responses and decimal in
// receipts, as with several SMSCs. The password is "secret". It ends when its
// standard input does.

const smpp = require('smpp');

const log = (event) => process.stdout.write(JSON.stringify(event) + '\n');
let last = 0x1a2b00;

function receipt(session, pdu, id) {
  const date = new Date().toISOString().replace(/[-:T]/g, '').slice(2, 12);
  session.deliver_sm({
    source_addr_ton: pdu.dest_addr_ton,
    source_addr_npi: pdu.dest_addr_npi,
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: 0x04,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:${date} done date:${date} stat:DELIVRD err:000 text:`,
  }, (resp) => log({ event: 'receipt', id, status: resp.command_status }));
}

function submit(session, pdu) {
  // Numbers that end so are refused.
  if (pdu.destination_addr.endsWith('0199')) {
    session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR }));
    return;
  }
  const id = ++last;
  const udh = (pdu.short_message.udh || []).map((ie) => ie.toString('hex'));
  log({
    event: 'message', id: id.toString(16).toUpperCase(),
    from: pdu.source_addr, from_ton: pdu.source_addr_ton, from_npi: pdu.source_addr_npi,
    to: pdu.destination_addr, to_ton: pdu.dest_addr_ton, to_npi: pdu.dest_addr_npi,
    coding: pdu.data_coding, esm_class: pdu.esm_class, registered: pdu.registered_delivery,
    udh, text: pdu.short_message.message,
  });
  session.send(pdu.response({ message_id: id.toString(16).toUpperCase() }));
  receipt(session, pdu, String(id));
}

const server = smpp.createServer((session) => {
  session.on('error', (err) => log({ event: 'error', error: String(err) }));
  session.on('bind_transceiver', (pdu) => {
    const ok = pdu.password === 'secret';
    log({ event: 'bind', system_id: pdu.system_id, ok });
    session.send(pdu.response(ok ? { system_id: 'node-smpp' } : { command_status: smpp.ESME_RINVPASWD }));
  });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('submit_sm', (pdu) => submit(session, pdu));
  session.on('unbind', (pdu) => {
    log({ event: 'unbind' });
    session.send(pdu.response());
    session.close();
  });
});

server.listen(0, '127.0.0.1', () => log({ event: 'listening', port: server.address().port }));
process.stdin.on('end', () => process.exit(0)).resume();
