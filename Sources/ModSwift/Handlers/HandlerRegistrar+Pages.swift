// SPDX-License-Identifier: Apache-2.0

extension HandlerRegistrar {
    /// The function of a page.
    public func addPage(files: [String], _ function: @escaping (PageRun) throws -> Void) {
        collector.page = (files, .sync(function))
    }

    /// The function of a page that awaits something.
    public func addPage(files: [String], _ function: @escaping (PageRun) async throws -> Void) {
        collector.page = (files, .async(function))
    }
}
