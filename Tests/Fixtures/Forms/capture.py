#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Captures what real clients send for forms: Tests/Fixtures/Forms/captured.jsonl.

Serves a page for each case on 127.0.0.1, has headless Chromium open it (the
page builds its form and submits it), runs curl and Python's requests against
the same address, and writes one line of JSON for each request: the client and
its version, method, Content-Type and body as they came, and the fields that
were put into the form: in the format of Tests/Fixtures/Cases/forms.jsonl. Needs chromium, curl, python3-requests.

usage: capture.py > captured.jsonl
"""
import base64, http.server, json, subprocess, sys, tempfile, threading, os

E = lambda text: base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()

def field(name, value, filename=None, type=None):
    return {k: v for k, v in
            dict(name=name, value_b64=E(value), filename=filename, type=type).items()
            if v is not None or k == "filename"}

def text(name, value): return {"name": name, "value": value}
def file(name, filename, content, type): return {"name": name, "files": [[filename, content, type]]}

BROWSER = {
    "names": dict(enctype="multipart/form-data", inputs=[
        text('quo"te', '1'), text('line\nbreak', 'a\nb'), text('per%22cent', '%22'),
        text('größe 한글', 'é € 😀'), text('semi;colon=', 'x; y="z"'), text('back\\slash', '\\')],
        fields=[field('quo"te', '1'), field('line\r\nbreak', 'a\r\nb'), field('per"cent', '%22'),
                field('größe 한글', 'é € 😀'), field('semi;colon=', 'x; y="z"'),
                field('back\\slash', '\\')]),
    "filenames": dict(enctype="multipart/form-data", inputs=[
        file('a', 'quo"te.txt', 'one', 'text/plain'), file('b', 'line\nbreak.txt', 'two', 'text/plain'),
        file('c', 'größe 한글.txt', 'three', 'text/plain'), file('d', 'back\\slash.txt', '', ''),
        file('e', 'semi; name="x".bin', '\r\n--', 'application/x-odd'), file('f', 'ends\\', 'x', '')],
        fields=[field('a', 'one', 'quo"te.txt', 'text/plain'),
                field('b', 'two', 'line\nbreak.txt', 'text/plain'),
                field('c', 'three', 'größe 한글.txt', 'text/plain'),
                field('d', '', 'back\\slash.txt', 'application/octet-stream'),
                field('e', '\r\n--', 'semi; name="x".bin', 'application/x-odd'),
                field('f', 'x', 'ends\\', 'application/octet-stream')]),
    "multiple": dict(enctype="multipart/form-data", inputs=[
        {"name": "m", "files": [["1.txt", "one", "text/plain"], ["2.txt", "two", "text/plain"]]},
        {"name": "none", "files": []}, text('after', '')],
        fields=[field('m', 'one', '1.txt', 'text/plain'), field('m', 'two', '2.txt', 'text/plain'),
                field('none', '', '', 'application/octet-stream'), field('after', '')]),
    "urlencoded": dict(enctype="application/x-www-form-urlencoded", inputs=[
        text('a b', 'c+d e&f=g%'), text('é', '€\n😀'), text('', 'unnamed'), text('blank', '')],
        fields=[field('a b', 'c+d e&f=g%'), field('é', '€\r\n😀'), field('blank', '')]),
    "get": dict(method="get", enctype="application/x-www-form-urlencoded", inputs=[
        text('q', 'a b;c'), text('tag', 'x'), text('tag', 'y')],
        fields=[field('q', 'a b;c'), field('tag', 'x'), field('tag', 'y')]),
    "charset-multipart": dict(enctype="multipart/form-data", charset="windows-1252", inputs=[
        text('é', '€ 한'), text('_charset_', ''), file('f', 'ü.txt', 'x', 'text/plain')],
        fields=[field('�', b'\x80 &#54620;'), field('_charset_', 'windows-1252'),
                field('f', 'x', '�.txt', 'text/plain')]),
    "charset-urlencoded": dict(enctype="application/x-www-form-urlencoded", charset="windows-1252",
        inputs=[text('é', '€ 한')], fields=[field('�', b'\x80 &#54620;')]),
    "empty": dict(enctype="multipart/form-data", inputs=[], fields=[]),
}

PAGE = """<!DOCTYPE html><meta charset="utf-8"><form></form><script>
const test = %s, form = document.forms[0];
form.method = test.method || "post"; form.action = "/take/" + test.id;
form.enctype = test.enctype; if (test.charset) form.acceptCharset = test.charset;
for (const input of test.inputs) {
  const element = document.createElement("input");
  element.name = input.name;
  if (input.files) {
    element.type = "file"; element.multiple = true;
    const list = new DataTransfer();
    for (const [name, content, type] of input.files) list.items.add(new File([content], name, {type}));
    element.files = list.files;
  } else if (input.name === "_charset_") { element.type = "hidden"; }
  else { element.remove(); const area = document.createElement("textarea");
    area.name = input.name; area.value = input.value; form.append(area); continue; }
  form.append(element);
}
form.submit();
</script>"""

taken = {}

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *args): pass
    def respond(self, page):
        body = page.encode()
        self.send_response(200); self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def take(self):
        path, _, query = self.path.partition("?")
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size); self.rfile.readline()
            self.rfile.readline()
        else: body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        taken[path.split("/")[-1]] = dict(method=self.command, query=query,
            type=self.headers.get("Content-Type"), body_b64=E(body))
        self.respond("taken")
    def do_POST(self): self.take()
    def do_GET(self):
        if self.path.startswith("/take/"): return self.take()
        name = self.path.split("/")[-1]
        if name not in BROWSER: return self.respond("")
        self.respond(PAGE % json.dumps(dict(BROWSER[name], id=name)).replace("<", "\\u003c"))

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"
run = lambda *command: subprocess.run(command, check=True, capture_output=True).stdout.decode()

def emit(client, name, fields):
    entry = taken.pop(name)
    print(json.dumps(dict(
        id=f"{client.split()[0].lower()}-{name}", feature="forms/captured", client=client,
        input_b64=entry["body_b64"], method=entry["method"], query=entry["query"],
        headers={"Content-Type": entry["type"]} if entry["type"] else {},
        expect=dict(status=200, fields=fields)), ensure_ascii=False))

version = run("chromium", "--version").split(" built")[0].strip()
with tempfile.TemporaryDirectory() as profile:
    for name, test in BROWSER.items():
        run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={profile}",
            "--virtual-time-budget=3000", "--dump-dom", f"{base}/page/{name}")
        emit(version, name, test["fields"])

version = " ".join(run("curl", "--version").split()[:2])
with tempfile.TemporaryDirectory() as folder:
    for name, content in [("a.txt", "one\n"), ('quo"te.txt', "two"), ("größe.bin", "\0\1")]:
        open(os.path.join(folder, name), "w").write(content)
    curl = lambda name, *options: run("curl", "-sS", f"{base}/take/{name}", *options)
    curl("form", "-F", "x=1", "-F", f"f=@{folder}/a.txt", "-F", f"g=@{folder}/größe.bin;type=x/y",
         "-F", f'h=@"{folder}/quo\\"te.txt"')
    fields = [field("x", "1"), field("f", "one\n", "a.txt", "text/plain"),
              field("g", "\0\1", "größe.bin", "x/y"), field("h", "two", 'quo"te.txt', "text/plain")]
    emit(version, "form", fields)
    curl("escaped", "--form-escape", "-F", 'n"a\\me=1', "-F", f'h=@"{folder}/quo\\"te.txt"')
    emit(version, "escaped", [field('n"a\\me', "1"), field("h", "two", 'quo"te.txt', "text/plain")])
    curl("chunked", "-H", "Transfer-Encoding: chunked", "-F", f"f=@{folder}/a.txt")
    emit(version, "chunked", [field("f", "one\n", "a.txt", "text/plain")])
    curl("data", "--data-urlencode", "a=b c&d", "--data-urlencode", "é=€")
    emit(version, "data", [field("a", "b c&d"), field("é", "€")])

import requests
version = f"requests {requests.__version__}"
requests.post(f"{base}/take/data", data=[("a", "b c"), ("a", "é&"), ("e", "")])
emit(version, "data", [field("a", "b c"), field("a", "é&"), field("e", "")])
requests.post(f"{base}/take/files", data={"x": "1"}, files=[
    ("f", ('quo"te größe.txt', b"one\r\n", "text/plain")), ("g", ("", b"", None)), ("h", ("b.bin", b"\0\xff"))])
emit(version, "files", [field("x", "1"), field("f", "one\r\n", 'quo"te größe.txt', "text/plain"),
                        field("g", "", ""), field("h", b"\0\xff", "b.bin")])
requests.post(f"{base}/take/no-filename", files={"only": (None, "text")})
emit(version, "no-filename", [field("only", "text")])
server.shutdown()
