// SPDX-License-Identifier: Apache-2.0
//
// Whether and how often text is written is decided when the page runs. All paths to a position must
// lead to the same context, so that the context of data is known when the page is built.

/// The open blocks in a file, with the contexts at their beginnings.
struct PageBlocks {
    private struct Block {
        let kind: BlockKind
        /// The state at its beginning.
        let start: HTMLTracker
        /// The states at the ends of other paths through the same statement.
        var ends: [HTMLTracker] = []
        var hasCases = false
    }

    /// A statement whose last block is closed, and which may continue with `else` or `catch`.
    private struct Closed {
        let block: Block
        let offset: Int
        let end: HTMLTracker
    }

    private var open: [Block] = []
    private var closed: Closed?

    var isEmpty: Bool { open.isEmpty }

    /// Whether a switch has begun and none of its cases has.
    var isBeforeFirstCase: Bool {
        guard closed == nil, let block = open.last else { return false }
        return block.kind == .choice && !block.hasCases
    }

    mutating func take(
        _ events: [CodeEvent], _ tracker: inout HTMLTracker, _ file: PageFile
    ) throws(PageSyntaxError) {
        for event in events {
            if case .open(.alternative(let isLast), _) = event, let closed {
                self.closed = nil
                open.append(
                    Block(
                        kind: .alternative(isLast: isLast), start: closed.block.start,
                        ends: closed.block.ends + [closed.end]))
                tracker = closed.block.start
                continue
            }
            try settle(&tracker, file)
            switch event {
            case .open(let kind, _): open.append(Block(kind: kind, start: tracker))
            case .close(let offset): close(at: offset, tracker)
            case .label(let offset): try begin(caseAt: offset, &tracker, file)
            case .jump(let word, let offset): try check(word, offset, tracker, file)
            case .error(let offset):
                let start = open.last { $0.kind == .attempt }?.start
                try check(tracker, meets: start, "an error here would end", offset, file)
            }
        }
    }

    /// Ends a statement that does not continue: joins all paths through it.
    mutating func settle(
        _ tracker: inout HTMLTracker, _ file: PageFile
    ) throws(PageSyntaxError) {
        guard let closed else { return }
        self.closed = nil
        let block = closed.block
        var ends = block.ends + [closed.end]
        switch block.kind {
        case .alternative(isLast: true), .choice: break
        default: ends.append(block.start)
        }
        tracker = closed.end
        for end in ends {
            guard let joined = tracker.joined(with: end) else {
                throw file.error(
                    "this block ends in \(closed.end.placeName), and by another way the page is in "
                        + "\(end.placeName) here; what is written after it needs one context",
                    at: closed.offset)
            }
            tracker = joined
        }
    }

    mutating func finish(
        _ tracker: inout HTMLTracker, _ file: PageFile
    ) throws(PageSyntaxError) {
        try settle(&tracker, file)
    }

    private mutating func close(at offset: Int, _ tracker: HTMLTracker) {
        guard let block = open.popLast() else { return }
        closed = Closed(block: block, offset: offset, end: tracker)
    }

    private mutating func begin(
        caseAt offset: Int, _ tracker: inout HTMLTracker, _ file: PageFile
    ) throws(PageSyntaxError) {
        guard var block = open.popLast() else { return }
        if block.hasCases { block.ends.append(tracker) }
        block.hasCases = true
        tracker = block.start
        open.append(block)
    }

    /// Checks a keyword that leaves a block before its end.
    private func check(
        _ word: String, _ offset: Int, _ tracker: HTMLTracker, _ file: PageFile
    ) throws(PageSyntaxError) {
        let block =
            switch word {
            case "continue": open.last { $0.kind == .loop }
            case "fallthrough": open.last { $0.kind == .choice }
            case "return": open.last { $0.kind == .other }
            default: open.last { $0.kind == .loop || $0.kind == .choice }
            }
        try check(tracker, meets: block?.start, "\(word) here would leave", offset, file)
    }

    private func check(
        _ tracker: HTMLTracker, meets start: HTMLTracker?, _ what: String, _ offset: Int,
        _ file: PageFile
    ) throws(PageSyntaxError) {
        guard let start, tracker.joined(with: start) == nil else { return }
        throw file.error(
            "\(what) a block in \(tracker.placeName), which began in \(start.placeName)", at: offset
        )
    }
}
