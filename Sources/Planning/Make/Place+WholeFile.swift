import Formats

extension Place {
    /// The file as a whole, where no line of it asks: of a row or a manifest that is gone.
    var wholeFile: Place { Place(file: file, mark: Mark(line: 0, column: 0)) }
    var isWholeFile: Bool { mark.line == 0 }
}
