// SPDX-License-Identifier: Apache-2.0

public import Logging
public import ModSwift

extension LogLevel {
    /// httpd's name for a level of swift-log; `trace` is `trace1`.
    public init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}

extension Logger.Level {
    /// The least severe level of swift-log that `LogLevel` lets through; `critical` also if it lets
    /// none through, because there is no higher level.
    public init(_ level: LogLevel) {
        self =
            switch level {
            case ...(.critical): .critical
            case .error: .error
            case .warning: .warning
            case .notice: .notice
            case .info: .info
            case .debug: .debug
            default: .trace
            }
    }
}
