extension Evaluator {
    mutating func call(_ function: Function, _ arguments: [Value], at offset: Int) throws(ExpressionError) -> Value {
        guard let first = arguments.first, function.arity.contains(arguments.count) else {
            throw noOverload(function.rawValue, at: offset)
        }
        try budget.spend(first.weight / 64, at: offset)
        switch function {
        case .size: return try size(first, at: offset)
        case .dyn: return first
        case .int: return try toInt(first, at: offset)
        case .uint: return try toUInt(first, at: offset)
        case .double: return try toDouble(first, at: offset)
        case .bool: return try toBool(first, at: offset)
        case .string: return try toText(first, at: offset)
        case .bytes: return try toBytes(first, at: offset)
        default: break
        }
        if function == .join { return try join(arguments, at: offset) }
        var texts: [String] = []
        for argument in arguments {
            guard case .string(let text) = argument else { throw noOverload(function.rawValue, at: offset) }
            texts.append(text)
        }
        return try callOnText(function, texts, at: offset)
    }

    private func size(_ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch value {
        case .string(let text): return .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let elements): return .int(Int64(elements.count))
        case .map(let map): return .int(Int64(map.entries.count))
        default: throw noOverload("size", at: offset)
        }
    }

    private mutating func callOnText(
        _ function: Function, _ texts: [String], at offset: Int
    ) throws(ExpressionError) -> Value {
        let text = texts[0]
        switch function {
        case .dnsLabel: return .string(try made(dnsLabel(text), at: offset))
        case .contains: return .bool(find(texts[1], in: Array(text.utf8), from: 0) != nil)
        case .startsWith: return .bool(text.utf8.starts(with: texts[1].utf8))
        case .endsWith: return .bool(text.utf8.reversed().starts(with: texts[1].utf8.reversed()))
        case .lowerAscii: return .string(try made(mapASCII(text, "A"..."Z") { $0 | 0x20 }, at: offset))
        case .upperAscii: return .string(try made(mapASCII(text, "a"..."z") { $0 & ~0x20 }, at: offset))
        case .trim: return .string(try made(trimmed(text), at: offset))
        case .replace: return .string(try replace(texts[1], by: texts[2], in: text, at: offset))
        case .split:
            let pieces = split(text, by: texts[1])
            try budget.make(text.utf8.count + pieces.count * 16, at: offset)
            return .list(pieces.map { .string($0) })
        default: throw noOverload(function.rawValue, at: offset)
        }
    }

    private mutating func made(_ text: String, at offset: Int) throws(ExpressionError) -> String {
        try budget.make(text.utf8.count, at: offset)
        return text
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

    /// The first place of the text in the bytes, in linear time whatever the two hold (Knuth, Morris and Pratt).
    private func find(_ wanted: String, in bytes: [UInt8], from start: Int) -> Int? {
        let needle = Array(wanted.utf8)
        guard let first = needle.first else { return start }
        guard needle.count > 1 else { return bytes[start...].firstIndex(of: first) }
        // How many bytes of the needle still match after a mismatch behind each of its places.
        var fallback = [Int](repeating: 0, count: needle.count)
        var length = 0
        for index in 1..<needle.count {
            while length > 0, needle[index] != needle[length] { length = fallback[length - 1] }
            if needle[index] == needle[length] { length += 1 }
            fallback[index] = length
        }
        length = 0
        for index in start..<bytes.count {
            while length > 0, bytes[index] != needle[length] { length = fallback[length - 1] }
            if bytes[index] == needle[length] { length += 1 }
            if length == needle.count { return index - length + 1 }
        }
        return nil
    }

    private func split(_ text: String, by separator: String) -> [String] {
        guard !separator.isEmpty else { return text.unicodeScalars.map { String($0) } }
        let bytes = Array(text.utf8)
        var pieces: [String] = []
        var start = 0
        while let found = find(separator, in: bytes, from: start) {
            pieces.append(String(decoding: bytes[start..<found], as: UTF8.self))
            start = found + separator.utf8.count
        }
        return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    private mutating func replace(
        _ old: String, by new: String, in text: String, at offset: Int
    ) throws(ExpressionError) -> String {
        let pieces = old.isEmpty ? [""] + split(text, by: "") + [""] : split(text, by: old)
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
