// SPDX-License-Identifier: Apache-2.0

extension Apache {
    /// Something that an MPM can be asked about itself.
    ///
    /// Corresponds to `apache.AP_MPMQ_…` in mod_python and httpd.
    public struct MPMQuery: RawRepresentable, Hashable, Sendable {
        /// httpd's number of the question.
        public let rawValue: Int

        /// Makes a question from httpd's number, for those that have no name here.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// The most children there have been so far. `AP_MPMQ_MAX_DAEMON_USED`.
        public static let maxDaemonUsed = MPMQuery(rawValue: 1)
        /// Whether children have several threads: 0 no, 1 a fixed number, 2 as needed.
        /// `AP_MPMQ_IS_THREADED`.
        public static let isThreaded = MPMQuery(rawValue: 2)
        /// Whether there are several children: 0 no, 1 a fixed number, 2 as needed.
        /// `AP_MPMQ_IS_FORKED`.
        public static let isForked = MPMQuery(rawValue: 3)
        /// `ServerLimit`. `AP_MPMQ_HARD_LIMIT_DAEMONS`.
        public static let hardLimitDaemons = MPMQuery(rawValue: 4)
        /// `ThreadLimit`. `AP_MPMQ_HARD_LIMIT_THREADS`.
        public static let hardLimitThreads = MPMQuery(rawValue: 5)
        /// `ThreadsPerChild`. `AP_MPMQ_MAX_THREADS`.
        public static let maxThreads = MPMQuery(rawValue: 6)
        /// `MinSpareServers`. `AP_MPMQ_MIN_SPARE_DAEMONS`.
        public static let minSpareDaemons = MPMQuery(rawValue: 7)
        /// `MinSpareThreads`. `AP_MPMQ_MIN_SPARE_THREADS`.
        public static let minSpareThreads = MPMQuery(rawValue: 8)
        /// `MaxSpareServers`. `AP_MPMQ_MAX_SPARE_DAEMONS`.
        public static let maxSpareDaemons = MPMQuery(rawValue: 9)
        /// `MaxSpareThreads`. `AP_MPMQ_MAX_SPARE_THREADS`.
        public static let maxSpareThreads = MPMQuery(rawValue: 10)
        /// `MaxConnectionsPerChild`; 0 for no bound. `AP_MPMQ_MAX_REQUESTS_DAEMON`.
        public static let maxRequestsDaemon = MPMQuery(rawValue: 11)
        /// The most children there may be. `AP_MPMQ_MAX_DAEMONS`.
        public static let maxDaemons = MPMQuery(rawValue: 12)
        /// Of this child: 0 it starts, 1 it serves, 2 it stops. `AP_MPMQ_MPM_STATE`.
        public static let mpmState = MPMQuery(rawValue: 13)
        /// Whether a connection can wait without a thread. `AP_MPMQ_IS_ASYNC`.
        public static let isAsync = MPMQuery(rawValue: 14)
        /// How often the server had been restarted when this child was started.
        /// `AP_MPMQ_GENERATION`.
        public static let generation = MPMQuery(rawValue: 15)
    }

    /// Asks the MPM; nil where it does not know the question.
    ///
    /// Corresponds to `apache.mpm_query()` in mod_python; to `ap_mpm_query`.
    public static func mpmQuery(_ query: MPMQuery) -> Int? {
        Int32(exactly: query.rawValue).flatMap { ServerInfo.query($0) }.map(Int.init)
    }

    /// The name of the MPM: "event", "worker", "prefork". `ap_show_mpm`.
    public static var mpmName: String { ServerInfo.mpm }
}
