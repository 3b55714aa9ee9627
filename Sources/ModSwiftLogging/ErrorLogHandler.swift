// SPDX-License-Identifier: Apache-2.0

public import Logging
public import ModSwift

/// A log handler that writes the records of a `Logger` to httpd's error log.
///
/// A record is one line: the label, unless it is empty; the message; the metadata as `name=value`,
/// sorted by name. httpd escapes line breaks and control characters. `LogLevel` takes precedence: a
/// logger's own level can suppress more records, but not enable any.
public struct ErrorLogHandler: LogHandler {
    /// Metadata of every record.
    public var metadata: Logger.Metadata = [:]
    /// Provides further metadata for each record.
    public var metadataProvider: Logger.MetadataProvider?
    /// The least severe level that is written; initially that of `LogLevel`.
    public var logLevel: Logger.Level

    private let label: String
    private let log: ErrorLog

    /// Creates a handler for an error log.
    ///
    /// - Parameters:
    ///   - label: The text before each message; empty for none.
    ///   - log: The log of a request, or the main server's.
    public init(label: String, log: ErrorLog = .main) {
        self.label = label
        self.log = log
        logLevel = Logger.Level(log.level)
        metadataProvider = LoggingSystem.metadataProvider
    }

    /// A single metadata value of every record.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a record.
    public func log(event: LogEvent) {
        var line = LogLine(label: label, message: "\(event.message)")
        line.append(metadata(of: event))
        log.write(line.text, level: LogLevel(event.level), file: event.file, line: event.line)
    }

    /// Merges the metadata of a record; the more specific sources take precedence.
    private func metadata(of event: LogEvent) -> Logger.Metadata {
        var result = metadata
        if let provided = metadataProvider?.get() { result.merge(provided) { $1 } }
        if let own = event.metadata { result.merge(own) { $1 } }
        // The names are those of swift-log's own handler.
        if let error = event.error {
            result["error.message"] = "\(error)"
            result["error.type"] = "\(String(reflecting: type(of: error)))"
        }
        return result
    }
}
