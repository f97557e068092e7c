extension UnicodeScalar {
    /// True for characters that a terminal or an editor obeys or hides instead of showing: controls (C0, DEL, C1), line and
    /// paragraph separators, bidirectional controls, zero-width and other format characters, private use, and
    /// code points without a character.
    var isHidden: Bool {
        switch value {
        case 0x20...0x7e: false
        case 0..<0x20, 0x7f...0x9f: true
        case 0xfe00...0xfe0f, 0xe0100...0xe01ef, 0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xffa0: true
        default:
            switch properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: true
            default: false
            }
        }
    }
}
