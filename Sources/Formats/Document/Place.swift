/// A position inside a file: line and column, both counted from 1, the column in Unicode scalars.
package struct Mark: Sendable, Hashable, Comparable {
    package let line: Int32
    package let column: Int32

    package init(line: Int, column: Int) {
        self.line = Int32(clamping: line)
        self.column = Int32(clamping: column)
    }

    package static let start = Mark(line: 1, column: 1)

    package static func < (left: Mark, right: Mark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A position in a file of the repository, the path relative to the repository's root with `/` between its parts.
package struct Place: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let file: String
    package let mark: Mark

    package init(file: String, mark: Mark = .start) {
        self.file = file
        self.mark = mark
    }

    /// From 1, also where the place is a file as a whole.
    package var line: Int { max(1, Int(mark.line)) }
    package var column: Int { max(1, Int(mark.column)) }

    /// A file as a whole, where no line of it asks: it lies in the wrong folder, or is gone.
    package static func whole(_ file: String) -> Place { Place(file: file, mark: Mark(line: 0, column: 0)) }

    package var wholeFile: Place { .whole(file) }
    package var isWholeFile: Bool { mark.line == 0 }

    /// `tenants/acme.yaml:14:7`
    package var description: String { "\(file):\(line):\(column)" }

    /// `tenants/acme.yaml:14`, as plans show it.
    package var fileAndLine: String { "\(file):\(line)" }

    package static func < (left: Place, right: Place) -> Bool {
        if left.file != right.file { return left.file.utf8.lexicographicallyPrecedes(right.file.utf8) }
        return left.mark < right.mark
    }
}
