// SPDX-License-Identifier: Apache-2.0

extension Apache {
    /// A property of the MPM that can be queried.
    ///
    /// Corresponds to `apache.AP_MPMQ_…` in mod_python and httpd.
    public struct MPMQuery: RawRepresentable, Hashable, Sendable {
        /// httpd's number of the query.
        public let rawValue: Int

        /// Creates a query from httpd's number, for queries that have no name here.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// The highest number of children so far. `AP_MPMQ_MAX_DAEMON_USED`.
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
        /// `MaxConnectionsPerChild`; 0 for no limit. `AP_MPMQ_MAX_REQUESTS_DAEMON`.
        public static let maxRequestsDaemon = MPMQuery(rawValue: 11)
        /// The maximum number of children. `AP_MPMQ_MAX_DAEMONS`.
        public static let maxDaemons = MPMQuery(rawValue: 12)
        /// The state of this child: 0 starting, 1 serving, 2 stopping. `AP_MPMQ_MPM_STATE`.
        public static let mpmState = MPMQuery(rawValue: 13)
        /// Whether a connection can wait without occupying a thread. `AP_MPMQ_IS_ASYNC`.
        public static let isAsync = MPMQuery(rawValue: 14)
        /// The number of server restarts before this child was started. `AP_MPMQ_GENERATION`.
        public static let generation = MPMQuery(rawValue: 15)
    }

    /// Queries the MPM; nil if the MPM does not know the query.
    ///
    /// Corresponds to `apache.mpm_query()` in mod_python; to `ap_mpm_query`.
    public static func mpmQuery(_ query: MPMQuery) -> Int? {
        Int32(exactly: query.rawValue).flatMap { ServerInfo.query($0) }.map(Int.init)
    }

    /// The name of the MPM: "event", "worker", "prefork". `ap_show_mpm`.
    public static var mpmName: String { ServerInfo.mpm }
}
