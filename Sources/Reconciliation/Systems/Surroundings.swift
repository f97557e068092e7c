/// What the command line found around it, handed in: no other target reads the environment.
package struct Surroundings: Sendable {
    /// Environment variables.
    package let variables: [String: String]
    /// The absolute path of the running program.
    package let program: String
    /// Absolute.
    package let workingDirectory: String
    /// Seconds since 1970, when the run began.
    package let now: Int64

    package init(variables: [String: String], program: String, workingDirectory: String, now: Int64) {
        self.variables = variables
        self.program = program
        self.workingDirectory = workingDirectory
        self.now = now
    }

    /// The variable's value, where it is set and not empty.
    package subscript(_ name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// `$XDG_STATE_HOME/reconcile`, by default below `~/.local/state`.
    package var stateFolder: String {
        if let folder = self["XDG_STATE_HOME"] { return "\(absolute(folder))/reconcile" }
        return "\(self["HOME"] ?? workingDirectory)/.local/state/reconcile"
    }

    /// `$TMPDIR`, by default `/tmp`.
    package var temporaryFolder: String { self["TMPDIR"] ?? "/tmp" }

    /// A path as the user wrote it, made absolute.
    package func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)"
    }

    /// The value of `NAME`, or the content of the file that `NAME_FILE` names, without a final line break.
    package func secret(_ name: String) throws(Problem) -> String? {
        if let value = self[name] { return value }
        guard let path = self["\(name)_FILE"] else { return nil }
        guard var text = PlainFile.read(absolute(path)).map({ String(decoding: $0, as: UTF8.self) }) else {
            throw Problem(.unreachable, "cannot read \(path), which \(name)_FILE names")
        }
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
