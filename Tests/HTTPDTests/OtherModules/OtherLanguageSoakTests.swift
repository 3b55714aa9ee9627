// SPDX-License-Identifier: Apache-2.0
//
// Handlers beside scripts in other languages, run by Debian's modules: make soak, which installs
// them.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(30)))
struct OtherLanguageSoakTests {
    enum Language: String, CaseIterable {
        case python, perl, php

        /// A script that installs handlers for the signals of traps, in the way its language
        /// permits, at each request.
        var script: String {
            switch self {
            case .python:
                """
                import faulthandler
                log = open('/dev/null', 'w')
                def application(environ, start_response):
                    faulthandler.enable(file=log)
                    start_response('200 OK', [('Content-Type', 'text/plain')])
                    return [b'python']
                """
            case .perl:
                """
                package Rival;
                use Apache2::RequestIO ();
                sub handler {
                    my $r = shift;
                    $SIG{$_} = sub { CORE::die("perl") } for qw(SEGV ILL BUS FPE ABRT TRAP);
                    $r->print('perl');
                    return 0;
                }
                1;
                """
            // PHP cannot install any here (pcntl is for the command line only).
            case .php: "<?php echo 'php';"
            }
        }

        var path: String {
            switch self {
            case .python: "rival.wsgi"
            case .perl: "Rival.pm"
            case .php: "rival.php"
            }
        }

        /// Loaded after mod_swift, in Debian's order.
        var configuration: String {
            switch self {
            case .python:
                """
                LoadModule wsgi_module /usr/lib/apache2/modules/mod_wsgi.so
                WSGIScriptAlias /rival "${HTDOCS}/rival.wsgi"
                """
            case .perl:
                """
                LoadModule perl_module /usr/lib/apache2/modules/mod_perl.so
                PerlRequire "${HTDOCS}/Rival.pm"
                <Location "/rival">
                    SetHandler perl-script
                    PerlResponseHandler Rival
                </Location>
                """
            case .php:
                """
                LoadModule php_module \(Language.phpModule)
                Alias /rival "${HTDOCS}/rival.php"
                <Location "/rival">
                    SetHandler application/x-httpd-php
                </Location>
                """
            }
        }

        private static var phpModule: String {
            let folder = "/usr/lib/apache2/modules"
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
            return "\(folder)/" + (names?.first { $0.hasPrefix("libphp") } ?? "libphp.so")
        }

        /// Debian's PHP is not thread-safe.
        var mpms: [MPM] { self == .php ? [.prefork] : MPM.allCases }

        /// Perl's own rule: only the first interpreter of a process can change its signals.
        func comesInFront(under mpm: MPM) -> Bool {
            self == .python || self == .perl && mpm == .prefork
        }
    }

    static let places = Language.allCases.flatMap { language in language.mpms.map { (language, $0) }
    }

    /// 200 traps, with a request for the script between each, and other requests at the same time.
    @Test(arguments: places)
    func noTrapCostsAChildBesideScriptsThatInstallSignalHandlers(
        _ language: Language, _ mpm: MPM
    ) throws {
        try SignalHandlerTests.withTraps(
            mpm, global: language.configuration, files: [language.path: language.script]
        ) { server throws in
            // A child of mod_wsgi 4.9.4 with Python 3.11 does not end under the threaded MPMs once
            // it has run a script, even without mod_swift.
            if language == .python, mpm != .prefork {
                for code in ["AH00045", "AH00046"] { server.allowLog(containing: code) }
            }
            #expect(try server.app().status == 200)
            let load = try server.hammer(
                "/app/x.do", connections: 4,
                check: { response in
                    guard response.status == 200 else { throw Unexpected(text: response.text) }
                },
                while: {
                    for round in 0..<200 {
                        // The process whose handlers the script installed is the one that traps.
                        let connection = try server.connect()
                        let rival = try connection.request("GET", "/rival").text
                        #expect(rival == language.rawValue)
                        let kind = ["check", "stack", "cast"][round % 3]
                        #expect(try connection.request("GET", "/app/x.do?\(kind)").status == 500)
                    }
                })
            #expect(load.errors.isEmpty)
            print("\(language) under \(mpm): 200 traps, \(load.answers) other responses")
            #expect(!server.errorLog().contains("exit signal"))
            #expect(server.errorLog().contains("MSW0755: ") == language.comesInFront(under: mpm))
        }
    }

    /// Compiled at the first request; told with its line and, where it does not compile, with the
    /// compiler's words.
    @Test(.coldCache, arguments: MPM.allCases)
    func perlThatIgnoresSIGCHLDTakesNoBuildAndNoReport(_ mpm: MPM) throws {
        let global = """
            LoadModule perl_module /usr/lib/apache2/modules/mod_perl.so
            PerlRequire "${HTDOCS}/start.pl"
            PerlChildInitHandler "sub { $SIG{CHLD} = 'IGNORE'; 0 }"
            """
        try SwiftSite.with(
            SignalHandlerTests.source, mpm: mpm, directives: "SwiftDebug On", global: global,
            files: ["start.pl": "$SIG{CHLD} = 'IGNORE'; 1;"]
        ) { server throws in
            server.allowLog(containing: "swift:error")
            #expect(try server.app().status == 200)
            #expect(try server.app("check").text.contains("in handler(_:)"))
            try server.writeApp("func handler(_ req: Request) -> String { broken }")
            #expect(
                eventually {
                    (try? server.app().text.contains("cannot find")) == true
                })
        }
    }
}
