// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

extension InstallationTests {
    /// From `modswift new` to a site in production, with the `modswift` that `make install` puts on the
    /// path: on one machine with a compiler, then on one without.
    @Suite(
        .timeLimit(.minutes(10)),
        .enabled("needs root, and a toolchain in a place of its own") {
            try HiddenToolchain.isPossible
        })
    struct DeploymentTests {
        /// What both machines have: this installation in its real place, and /srv of their own.
        private static let machine = """
            mount --bind "$DEST$LIBEXECDIR" "$LIBEXECDIR"
            mount --bind "$HOME/$1" /srv
            PATH=$DEST$BINDIR:$PATH
            cd /srv
            as() { local user=$1; shift; setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env -i PATH="$PATH" LANG=C.UTF-8 HOME=/srv/ann COLUMNS=100 "$@"; }

            """

        /// Where Ann, an ordinary user, writes her site, and root puts it into its place.
        private static let building = """
            mkdir www && install -d -o nobody ann && cd ann
            as nobody modswift new guestbook
            as nobody modswift compile guestbook/hello.swift
            as nobody modswift build guestbook
            cd .. && cp -r ann/guestbook www/
            modswift genconfig --listen 127.0.0.1:$PORT --server-name www.example.com www/guestbook --server-root /srv/server >httpd.conf
            modswift build --read-only --config httpd.conf
            """

        /// Where nobody can write anything but root, and there is no compiler.
        private static let serving = """
            mount -t tmpfs tmpfs "$TOOLCHAIN"
            mkdir server/state
            modswift start httpd.conf
            trap 'modswift stop --now httpd.conf  >/dev/null 2>&1 || true' EXIT
            children=$(cat /proc/$(cat server/httpd.pid)/task/*/children)
            ps -o user= -p $children | sort -u
            as www-data touch server/logs/x 2>/dev/null || echo refused
            as www-data find /srv "$LIBEXECDIR" -writable ! -type l 2>/dev/null || true
            for path in hello.do ''; do curl -s http://127.0.0.1:$PORT/$path; done
            curl -so /dev/null -w '%{http_code}\\n' http://127.0.0.1:$PORT/hello.swift
            sed 's/World/Everybody/' www/guestbook/hello.swift >www/guestbook/other.swift
            printf '<Location /other>\nSetHandler mod_swift\nSwiftHandler other\nSwiftPath /srv/www/guestbook\n</Location>\n' >>httpd.conf
            modswift restart httpd.conf
            # The children of before serve until those with the new configuration do.
            for _ in $(seq 1200); do
                code=$(curl -so /dev/null -w '%{http_code}' http://127.0.0.1:$PORT/other)
                [ "$code" = 404 ] || break
                sleep 0.1
            done
            echo "$code"
            curl -s http://127.0.0.1:$PORT/hello.do
            modswift build --read-only --config httpd.conf 2>&1 || echo "exit $?"
            modswift stop httpd.conf
            grep -o 'MSW[0-9]*' server/logs/error.log | sort -u
            """

        @Test func aNewSiteIsDeployed() throws {
            try Installation.with { installation in
                try TwoBuilds.current.old.install(to: installation.destination)
                let modules = "\(installation.destination)/\(try Installation.modules)"
                let all = "/\(try Installation.modules)"
                try Shell.run(["sh", "-c", "cp -n \"$1\"/*.so \"$2\"", "sh", all, modules])
                try withTemporaryDirectory { directory in
                    let port = try PortReservation()
                    defer { port.release() }
                    func run(_ script: String, on machine: String) throws -> String {
                        try Shell.run(
                            [
                                "unshare", "--mount", "bash", "-ec", Self.machine + script, "bash",
                                machine,
                            ],
                            environment: [
                                "DEST": installation.destination, "PORT": "\(port.port)",
                                "LIBEXECDIR": all, "HOME": directory, "COLUMNS": "100",
                                "BINDIR": try SourceTree.configured("BINDIR"),
                                "TOOLCHAIN": try HiddenToolchain.directory,
                            ], within: .seconds(240))
                    }
                    try Shell.run(["mkdir", "-m", "755", "\(directory)/builder"])
                    let built = try run(Self.building, on: "builder")
                    #expect(built.contains("Next: modswift serve guestbook\n"))
                    #expect(
                        built.contains("/srv/ann/guestbook/hello.swift: compiles ("), "\(built)")
                    #expect(built.contains("[1/1] /srv/ann/guestbook/hello.swift"), "\(built)")
                    #expect(built.contains("[1/1] /srv/www/guestbook/hello.swift"), "\(built)")
                    // Everything that is needed, and nothing else.
                    try Shell.run([
                        "sh", "-c",
                        "cd \"$0\"; mkdir -m 755 production && cp -a builder/httpd.conf builder/server builder/www production/",
                        directory,
                    ])
                    let served = try run(Self.serving, on: "production")
                    #expect(
                        served.replacing(/process [0-9]+/, with: "process PID")
                            .replacing(/Swift [0-9.]+, or/, with: "Swift VERSION, or")
                            == (try Self.expected),
                        "\(served)")
                }
            }
        }

        private static var expected: String {
            get throws {
                """
                Started, as process PID.
                www-data
                refused
                Hello World!
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>A new site</title></head>
                <body>
                <h1>A new site</h1>
                <p>hello.swift handles <a href="hello.do">hello.do</a>. Edit it, and reload the page.</p>
                </body>
                </html>
                403
                Restarted, as process PID.
                500
                Hello World!
                Error: There is no Swift compiler at \(try HiddenToolchain.directory)/bin/swiftc. Install Swift VERSION, or name one in SwiftCompiler.
                exit 1
                Stopped.
                MSW0203
                MSW0770

                """
            }
        }
    }
}
