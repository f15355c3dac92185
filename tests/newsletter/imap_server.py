"""An IMAP server of a few commands, for tests: one user, one folder, mails in a list."""

import re
import socketserver
import threading


class ImapServer:
    """Listens on a free port of this machine while the block runs."""

    def __init__(self, *, user, password):
        self.user, self.password, self.mails = user, password, []
        self.deleted = set()
        self.fetches, self.hang_up_after_fetches = 0, None
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.imap = self
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def expunge(self):
        self.mails = [mail for uid, mail in enumerate(self.mails, 1) if uid not in self.deleted]
        self.deleted = set()


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.say(b"* OK ready")
        while line := self.rfile.readline():
            tag, _space, command = line.decode().strip().partition(" ")
            name = re.sub(r"^UID ", "UID", command).split(" ")[0].upper()
            if not getattr(self, f"do_{name}", self.unknown)(tag, command):
                return

    def say(self, *lines):
        self.wfile.write(b"\r\n".join(lines) + b"\r\n")
        return True

    def ok(self, tag, *lines):
        return self.say(*lines, f"{tag} OK done".encode())

    def unknown(self, tag, command):
        return self.say(f"{tag} BAD what?".encode())

    def do_CAPABILITY(self, tag, command):
        return self.ok(tag, b"* CAPABILITY IMAP4rev1")

    def do_LOGIN(self, tag, command):
        if command == f'LOGIN {self.server.imap.user} "{self.server.imap.password}"':
            return self.ok(tag)
        return self.say(f"{tag} NO [AUTHENTICATIONFAILED] bad credentials".encode())

    def do_SELECT(self, tag, command):
        if command.endswith('"INBOX"'):
            return self.ok(tag, f"* {len(self.server.imap.mails)} EXISTS".encode())
        return self.say(f"{tag} NO no such folder".encode())

    def do_UIDSEARCH(self, tag, command):
        uids = [str(uid) for uid in range(1, len(self.server.imap.mails) + 1) if uid not in self.server.imap.deleted]
        return self.ok(tag, f"* SEARCH {' '.join(uids)}".encode())

    def do_UIDFETCH(self, tag, command):
        if self.server.imap.fetches == self.server.imap.hang_up_after_fetches:
            return False
        self.server.imap.fetches += 1
        uid = int(command.split()[2])
        mail = self.server.imap.mails[uid - 1]
        head = f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(mail)}}}".encode()
        return self.ok(tag, head + b"\r\n" + mail + b")")

    def do_UIDSTORE(self, tag, command):
        self.server.imap.deleted.add(int(command.split()[2]))
        return self.ok(tag)

    def do_EXPUNGE(self, tag, command):
        self.server.imap.expunge()
        return self.ok(tag)

    def do_LOGOUT(self, tag, command):
        self.ok(tag, b"* BYE")
        return False
