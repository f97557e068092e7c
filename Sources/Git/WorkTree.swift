import Glibc

/// The files below a folder as they lie there, committed or not. Links are named and never followed.
package struct WorkTree: Sendable {
    /// Absolute, without a final slash.
    package let root: String

    package init(root: String) {
        self.root = root
    }

    /// The plain files, and what is not one; `.git` is passed over.
    ///
    /// - Parameter roots: Only these paths and what lies in them.
    package func files(
        under roots: [String]? = nil, limits: ReadLimits = ReadLimits()
    ) throws(GitError) -> Listing {
        let scope = Scope(roots: roots)
        var files: [FileEntry] = []
        var problems: [PathProblem] = []
        var folders: [(path: String, depth: Int)] = [("", 1)]
        var count = 0
        while let folder = folders.popLast() {
            let entries = try entries(of: folder.path)
            count += entries.count
            guard count <= limits.maxEntries else {
                throw GitError(.tooLarge, "\(root) holds more than \(limits.maxEntries) files")
            }
            var names = NameCheck(folder: folder.path, depth: folder.depth)
            for entry in entries {
                let path = folder.path.isEmpty ? entry.name : "\(folder.path)/\(entry.name)"
                let objection = entry.objection ?? names.objection(to: entry.name, path: path)
                let isInScope = entry.kind == .folder ? scope.reaches(path) : scope.holds(path)
                guard isInScope || folder.path.isEmpty && objection?.isCrafted == true else { continue }
                switch (objection, entry.kind) {
                case (.some(let kind), _): problems.append(PathProblem(path, kind))
                case (.none, .folder) where isRepository(path): problems.append(PathProblem(path, .submodule))
                case (.none, .folder): folders.append((path, folder.depth + 1))
                case (.none, .file(let isExecutable)):
                    files.append(FileEntry(path: path, isExecutable: isExecutable, blob: nil))
                case (.none, .link): problems.append(PathProblem(path, .symlink))
                case (.none, .other): problems.append(PathProblem(path, .notAFile))
                }
            }
        }
        return Listing(files: files, problems: problems)
    }

    /// The file's bytes. No part of the path is followed where it is a link.
    package func read(_ path: String, limit: Int) throws(GitError) -> [UInt8] {
        var reader = reader()
        return try reader.read(path, limit: limit)
    }

    /// Reads one file after the other, quickest where neighbours lie in one folder.
    package func reader() -> Reader { Reader(self) }

    package struct Reader: ~Copyable {
        private let tree: WorkTree
        /// The folder of the file read last, with the slash behind it.
        private var path = ""
        private var folder: Int32?

        fileprivate init(_ tree: WorkTree) {
            self.tree = tree
        }

        deinit {
            if let folder { close(folder) }
        }

        /// As `WorkTree.read`.
        package mutating func read(_ path: String, limit: Int) throws(GitError) -> [UInt8] {
            let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
            let folder = try enter(path[..<name], of: path)
            guard WorkTree.isPart(path[name...]) else { throw WorkTree.noPath(path) }
            // Without O_NONBLOCK the mere opening of a pipe would wait for a writer.
            let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
            let file = Descriptor(try tree.open(String(path[name...]), in: folder, flags, path))
            return try file.read(limit: limit, path)
        }

        /// The folder's descriptor.
        private mutating func enter(_ wanted: Substring, of path: String) throws(GitError) -> Int32 {
            if let folder, wanted.utf8.elementsEqual(self.path.utf8) { return folder }
            var inner = Descriptor(try tree.open(tree.root, in: AT_FDCWD, O_RDONLY | O_DIRECTORY, path))
            for part in wanted.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropLast() {
                guard WorkTree.isPart(Substring(part)) else { throw WorkTree.noPath(path) }
                let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
                inner = Descriptor(try tree.open(String(Substring(part)), in: inner.number, flags, path))
            }
            if let folder { close(folder) }
            let number = inner.released()
            (self.path, folder) = (String(wanted), number)
            return number
        }
    }

    private static func isPart(_ name: Substring) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(0)
    }

    private static func noPath(_ path: String) -> GitError {
        GitError(.invalidName, "'\(path)' cannot be the path of a file")
    }

    private func open(_ name: String, in folder: Int32, _ flags: Int32, _ path: String) throws(GitError) -> Int32 {
        let number = openat(folder, name, flags | O_CLOEXEC)
        guard number >= 0 else {
            let reason = errno == ELOOP ? "a part of the path is a symbolic link" : String(cString: strerror(errno))
            throw GitError(errno == ENOENT ? .notFound : .failed, "cannot read \(root)/\(path): \(reason)")
        }
        return number
    }
}

extension WorkTree {
    private enum Kind: Equatable {
        case folder, link, other
        case file(isExecutable: Bool)
    }

    private struct Entry {
        let name: String
        let kind: Kind
        let objection: PathProblem.Kind?
    }

    /// What lies in the folder, in the order of names, `.git` left out.
    private func entries(of folder: String) throws(GitError) -> [Entry] {
        let path = folder.isEmpty ? root : "\(root)/\(folder)"
        let flags = O_RDONLY | O_DIRECTORY | (folder.isEmpty ? 0 : O_NOFOLLOW)
        let number = try open(path, in: AT_FDCWD, flags, folder)
        guard let stream = fdopendir(number) else {
            let reason = String(cString: strerror(errno))
            close(number)
            throw GitError(.failed, "cannot read \(path): \(reason)")
        }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes == [0x2e] || bytes == [0x2e, 0x2e] || bytes == Array(".git".utf8) { continue }
            let text = String(validating: bytes, as: UTF8.self)
            entries.append(
                Entry(
                    name: text ?? String(decoding: bytes, as: UTF8.self),
                    kind: text.map { kind(of: $0, in: number) } ?? .other, objection: text == nil ? .notUTF8 : nil))
        }
        return entries.sorted { $0.name.precedesInBytes($1.name) }
    }

    private func kind(of name: String, in folder: Int32) -> Kind {
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return .other }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFLNK: return .link
        case S_IFREG: return .file(isExecutable: status.st_mode & S_IXUSR != 0)
        default: return .other
        }
    }

    /// Whether the folder is the root of another repository: a submodule, or a clone inside this one.
    private func isRepository(_ folder: String) -> Bool {
        var status = stat()
        return lstat("\(root)/\(folder)/.git", &status) == 0
    }
}

/// An open file, closed with its owner.
struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit { close(number) }

    /// The number, which is the caller's to close from now on.
    consuming func released() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// All bytes of a plain file.
    func read(limit: Int, _ path: String) throws(GitError) -> [UInt8] {
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw GitError(.failed, "cannot read \(path): it is not a file")
        }
        guard status.st_size <= limit else {
            throw GitError(.tooLarge, "\(path) has \(status.st_size) bytes; at most \(limit) are read")
        }
        // One byte more than there should be, to notice a file that grows meanwhile.
        let capacity = Int(status.st_size) + 1
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            while count < capacity {
                let got = Glibc.read(number, buffer.baseAddress?.advanced(by: count), capacity - count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard failure == 0 else {
            throw GitError(.failed, "cannot read \(path): \(String(cString: strerror(failure)))")
        }
        guard bytes.count < capacity else { throw GitError(.failed, "cannot read \(path): it changes meanwhile") }
        return bytes
    }
}
