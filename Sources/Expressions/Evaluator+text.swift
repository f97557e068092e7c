// The functions of texts. Places and lengths are counted in Unicode scalars.
extension Evaluator {
    mutating func callOnText(
        _ function: Function, _ arguments: [Value], at offset: Int
    ) throws(ExpressionError) -> Value {
        if function == .join { return try join(arguments, at: offset) }
        let (texts, numbers) = try operands(function, arguments, at: offset)
        let text = texts[0]
        switch function {
        case .contains: return .bool(find(Array(texts[1].utf8), in: Array(text.utf8), from: 0) != nil)
        case .startsWith: return .bool(text.utf8.starts(with: texts[1].utf8))
        case .endsWith: return .bool(text.utf8.reversed().starts(with: texts[1].utf8.reversed()))
        case .indexOf, .lastIndexOf:
            return .int(try index(of: texts[1], in: text, numbers.first, isLast: function == .lastIndexOf, at: offset))
        case .split:
            let pieces = split(text, by: texts[1], limit: numbers.first)
            try budget.make(text.utf8.count + pieces.count * 16, at: offset)
            return .list(pieces.map { .string($0) })
        case .replace: return .string(try replace(texts[1], by: texts[2], in: text, limit: numbers.first, at: offset))
        default: return .string(try changed(function, text, numbers, at: offset))
        }
    }

    /// The texts and the numbers among the arguments, which the checker has seen where their types were known.
    private func operands(
        _ function: Function, _ arguments: [Value], at offset: Int
    ) throws(ExpressionError) -> (texts: [String], numbers: [Int64]) {
        var texts: [String] = []
        var numbers: [Int64] = []
        for (argument, type) in zip(arguments, function.parameters) {
            switch (argument, type) {
            case (.string(let text), .string): texts.append(text)
            case (.int(let number), .int): numbers.append(number)
            default: throw noOverload(function.rawValue, at: offset)
            }
        }
        return (texts, numbers)
    }

    /// What a function makes of one text.
    private mutating func changed(
        _ function: Function, _ text: String, _ numbers: [Int64], at offset: Int
    ) throws(ExpressionError) -> String {
        let result: String
        switch function {
        case .dnsLabel: result = dnsLabel(text)
        case .lowerAscii: result = mapASCII(text, "A"..."Z") { $0 | 0x20 }
        case .upperAscii: result = mapASCII(text, "a"..."z") { $0 & ~0x20 }
        case .trim: result = trimmed(text)
        case .reverse: result = String(String.UnicodeScalarView(text.unicodeScalars.reversed()))
        case .charAt: result = try part(of: text, from: numbers[0], to: nil, length: 1, at: offset)
        case .substring:
            result = try part(of: text, from: numbers[0], to: numbers.dropFirst().first, length: nil, at: offset)
        default: throw noOverload(function.rawValue, at: offset)
        }
        try budget.make(result.utf8.count, at: offset)
        return result
    }

    private func mapASCII(_ text: String, _ letters: ClosedRange<Unicode.Scalar>, _ change: (UInt8) -> UInt8) -> String
    {
        let range = UInt8(ascii: letters.lowerBound)...UInt8(ascii: letters.upperBound)
        return String(decoding: text.utf8.map { range.contains($0) ? change($0) : $0 }, as: UTF8.self)
    }

    private func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    // MARK: Places

    private func position(_ number: Int64, in count: Int, at offset: Int) throws(ExpressionError) -> Int {
        guard let position = Int(exactly: number), (0...count).contains(position) else {
            let characters = count == 1 ? "1 character" : "\(count) characters"
            throw ExpressionError(.evaluation, at: offset, "place \(number) of a text of \(characters)")
        }
        return position
    }

    private func part(
        of text: String, from start: Int64, to end: Int64?, length: Int?, at offset: Int
    ) throws(ExpressionError) -> String {
        let scalars = Array(text.unicodeScalars)
        let first = try position(start, in: scalars.count, at: offset)
        var last = scalars.count
        if let end { last = try position(end, in: scalars.count, at: offset) }
        if let length { last = min(last, first + length) }
        guard first <= last else {
            throw ExpressionError(.evaluation, at: offset, "the part ends at \(last), before its beginning at \(first)")
        }
        return String(String.UnicodeScalarView(scalars[first..<last]))
    }

    /// Where the text begins in the other one: the first place at or behind the limit, or the last one at or before it; -1 where it
    /// is not in there.
    private func index(
        of wanted: String, in text: String, _ limit: Int64?, isLast: Bool, at offset: Int
    ) throws(ExpressionError) -> Int64 {
        var (scalars, needle) = (Array(text.unicodeScalars), Array(wanted.unicodeScalars))
        var start = 0
        if let limit { start = try position(limit, in: scalars.count, at: offset) }
        guard isLast else { return find(needle, in: scalars, from: start).map(Int64.init) ?? -1 }
        // The last place is the first one when both are read from behind.
        let skipped = limit == nil ? 0 : max(0, scalars.count - start - needle.count)
        scalars.reverse()
        needle.reverse()
        return find(needle, in: scalars, from: skipped).map { Int64(scalars.count - $0 - needle.count) } ?? -1
    }

    /// The first place of the needle, in linear time whatever the two hold (Knuth, Morris and Pratt).
    private func find<Element: Equatable>(_ needle: [Element], in whole: [Element], from start: Int) -> Int? {
        guard let first = needle.first else { return start }
        guard needle.count > 1 else { return whole[start...].firstIndex(of: first) }
        // How much of the needle still matches after a mismatch behind each of its places.
        var fallback = [Int](repeating: 0, count: needle.count)
        var length = 0
        for index in 1..<needle.count {
            while length > 0, needle[index] != needle[length] { length = fallback[length - 1] }
            if needle[index] == needle[length] { length += 1 }
            fallback[index] = length
        }
        length = 0
        for index in start..<whole.count {
            while length > 0, whole[index] != needle[length] { length = fallback[length - 1] }
            if whole[index] == needle[length] { length += 1 }
            if length == needle.count { return index - length + 1 }
        }
        return nil
    }

    // MARK: Pieces

    /// The pieces between the separators, `limit` of them at most, the last with all that is left; a negative limit is none.
    private func split(_ text: String, by separator: String, limit: Int64?) -> [String] {
        let most = limit.flatMap { $0 < 0 ? nil : Int(clamping: $0) } ?? .max
        guard most > 0 else { return [] }
        let bytes = Array(text.utf8)
        let wanted = Array(separator.utf8)
        var pieces: [String] = []
        var start = 0
        while pieces.count < most - 1 {
            let end: Int
            if wanted.isEmpty {
                // Between any two characters.
                guard start < bytes.count else { break }
                end = bytes[(start + 1)...].firstIndex { $0 & 0xc0 != 0x80 } ?? bytes.count
                if end == bytes.count { break }
            } else {
                guard let found = find(wanted, in: bytes, from: start) else { break }
                end = found
            }
            pieces.append(String(decoding: bytes[start..<end], as: UTF8.self))
            start = end + wanted.count
        }
        if wanted.isEmpty, bytes.isEmpty { return [] }
        return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    private mutating func replace(
        _ old: String, by new: String, in text: String, limit: Int64?, at offset: Int
    ) throws(ExpressionError) -> String {
        let most = limit.flatMap { $0 < 0 ? nil : $0 } ?? .max
        guard most > 0 else { return text }
        var pieces: [String]
        if old.isEmpty {
            // Before every character and at the end.
            pieces = [""] + split(text, by: "", limit: most == .max ? nil : most)
            if most == .max || pieces.count <= most { pieces.append("") }
        } else {
            pieces = split(text, by: old, limit: most == .max ? nil : most + 1)
        }
        // Paid for before it is made: many short pieces and one long replacement make much.
        let (grown, isTooMuch) = (pieces.count - 1).multipliedReportingOverflow(by: new.utf8.count)
        guard !isTooMuch else { throw ExpressionError(.limit, at: offset, "the expression makes more than 1 MiB") }
        try budget.make(text.utf8.count + grown, at: offset)
        return pieces.joined(separator: new)
    }

    private mutating func join(_ arguments: [Value], at offset: Int) throws(ExpressionError) -> Value {
        guard case .list(let elements) = arguments[0] else { throw noOverload("join", at: offset) }
        var separator = ""
        if arguments.count == 2 {
            guard case .string(let text) = arguments[1] else { throw noOverload("join", at: offset) }
            separator = text
        }
        var pieces: [String] = []
        for element in elements {
            guard case .string(let text) = element else { throw noOverload("join", at: offset) }
            try budget.make(text.utf8.count + separator.utf8.count, at: offset)
            pieces.append(text)
        }
        return .string(pieces.joined(separator: separator))
    }
}
