/// What a file is when it is not the UTF-8 text that was expected.
package enum ForeignText {
    /// `UTF-16`, where the first bytes tell so, or nil.
    static func encoding(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let head = Array(bytes.prefix(4))
        if head.starts(with: [0xff, 0xfe, 0, 0]) || head.starts(with: [0, 0, 0xfe, 0xff]) { return "UTF-32" }
        if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) { return "UTF-16" }
        guard head.count == 4 else { return nil }
        // Without a byte order mark, text of ASCII characters shows by its zero bytes.
        let zeros = head.map { $0 == 0 }
        if zeros == [true, true, true, false] || zeros == [false, true, true, true] { return "UTF-32" }
        if zeros == [true, false, true, false] || zeros == [false, true, false, true] { return "UTF-16" }
        return nil
    }

    /// True for the small file that stands for a large one that Git LFS keeps elsewhere.
    static func isLFSPointer(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8)
    }

    /// What is wrong with a file that is such a pointer; nil where it is none.
    package static func lfsPointer(_ bytes: [UInt8]) -> String? {
        bytes.withUnsafeBufferPointer(isLFSPointer) ? lfsAdvice : nil
    }

    static let lfsAdvice =
        "this is a Git LFS pointer, not the file itself; take its path out of .gitattributes and commit the file itself"

    /// The offset of the first line that Git leaves in a file whose merge is not finished.
    static func conflictMarker(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var start = 0
        while start < bytes.count {
            if bytes[start] == UInt8(ascii: "<") || bytes[start] == UInt8(ascii: ">") {
                let line = bytes[start...]
                if line.starts(with: "<<<<<<< ".utf8) || line.starts(with: ">>>>>>> ".utf8) { return start }
            }
            guard let stop = bytes.firstOffset(of: 0x0a, from: start) else { return nil }
            start = stop + 1
        }
        return nil
    }

    static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
}
