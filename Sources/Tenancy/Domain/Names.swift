import Formats

/// Rules for the names that people choose.
enum Names {
    /// An RFC 1123 label, looked at byte by byte: `[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?`.
    static func isLabel(_ name: String) -> Bool {
        let bytes = name.utf8
        guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        let hyphen = UInt8(ascii: "-")
        return first != hyphen && last != hyphen
            && bytes.allSatisfy { $0 == hyphen || (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) }
    }

    /// True for names that systems take for their own: namespaces of Kubernetes, our own, and device names that
    /// some file systems cannot hold.
    static func isReserved(_ name: String) -> Bool {
        name.hasPrefix("kube-") || name.hasPrefix("reconcile-") || reserved.contains(name)
            || name.wholeMatchesDevice
    }

    /// `; did you mean 'analyst'?`; of a name with letters that only look like those meant, which they are.
    static func phrase(for name: String, among names: some Sequence<String>) -> String {
        guard let foreign = name.unicodeScalars.first(where: { $0.value > 0x7e }) else {
            return Suggestion.phrase(for: name, among: names)
        }
        return " (with \(foreign.codePoint))" + Suggestion.phrase(for: name, among: names)
    }

    /// The same; where no name is near, those that there are: `; there are basic, enterprise`.
    static func phraseOrList(for name: String, among names: some Collection<String>) -> String {
        let phrase = phrase(for: name, among: names)
        guard phrase.isEmpty, !names.isEmpty else { return phrase }
        let shown = names.sorted().prefix(6)
        return "; there \(shown.count == 1 ? "is" : "are") \(shown.joined(separator: ", "))"
            + (names.count > shown.count ? ", …" : "")
    }

    private static let reserved: Set<String> = [
        "default", "kubernetes", "reconcile", "system", "master", "admin", "administrator", "root", "all", "none",
        "null",
        "con", "prn", "aux", "nul",
    ]
}

extension String {
    /// `com1` to `com9` and `lpt1` to `lpt9`.
    fileprivate var wholeMatchesDevice: Bool {
        utf8.count == 4 && (hasPrefix("com") || hasPrefix("lpt"))
            && utf8.last.map { (0x31...0x39).contains($0) } == true
    }
}
