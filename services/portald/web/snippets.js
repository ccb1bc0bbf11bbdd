// What one pastes elsewhere to use a slot, with this machine's address filled in. No DOM.

const loopback = /^(localhost|127\..*)$/;

export function urlOf(entry, host) { return `rfc2217://${host}:${entry.tcp_port}`; }

// host: as this page reaches the machine; lan: as others do
export function snippets(entry, host, lan = host) {
  const url = urlOf(entry, host);
  const baud = entry.settings?.baud ?? 115200;
  const outside = loopback.test(host) ? lan : host;
  return [
    ['URL', url],
    ['esptool', `esptool.py -p ${url} -b 460800 write_flash 0x10000 app.bin`],
    ['PlatformIO', `upload_port = ${url}\nmonitor_port = ${url}\nmonitor_speed = ${baud}`],
    ['ESP-IDF', `idf.py -p ${url} flash monitor`],
    ['Python', `import serial\n\nwith serial.serial_for_url("${url}", baudrate=${baud}, timeout=5) as port:\n`
      + '    port.write(b"hello\\r\\n")\n    print(port.readline().decode(errors="replace"))\n'],
    ['socat', `socat -,rawer,escape=0x1d tcp:${host}:${entry.tcp_port}`],
    ['docker-compose', `environment:\n  SERIAL_URL: ${urlOf(entry, outside)}\n  SERIAL_BAUD: "${baud}"`],
  ];
}
