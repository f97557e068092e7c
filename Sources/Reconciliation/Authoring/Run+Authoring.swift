import Formats
import Git
package import Tenancy

/// Files that were written, and where.
package struct Written: Sendable {
    /// The root of the repository.
    package let root: String
    /// From the root, in the order of writing.
    package let paths: [String]
    /// Whether the repository was made, too.
    package let madeRepository: Bool
}

extension Run {
    /// What `reconcile new` can add to a fleet.
    package enum Addition: Sendable {
        case tenant(String, tier: String?, environments: [String])
        case person(Scaffold.Person)
        case blueprint(String, version: String)
        case role(String, isAdmin: Bool)
        case tier(String)
    }

    /// Writes what is new into the work tree, where nothing of that name is yet.
    package func add(_ addition: Addition) async throws(Problem) -> Written {
        let prepared = try await prepare(prefersWorkTree: true)
        guard let fleet = prepared.fleet else {
            throw Problem(.invalid, "the fleet's files have errors, correct them first: run `reconcile validate`")
        }
        guard let root = prepared.checkout.workTree else {
            throw Problem(.invalid, "files can only be written into a work tree, and none was read")
        }
        let files: [Scaffold.File]
        do throws(Scaffold.Refusal) {
            files = try Self.files(of: addition, in: fleet, prepared.files, prepared.checkout.tree)
        } catch {
            throw Problem(.invalid, error.message)
        }
        try Self.write(files, to: root)
        return Written(root: root, paths: files.map(\.path), madeRepository: false)
    }

    private static func files(
        of addition: Addition, in fleet: Fleet, _ files: FleetFiles, _ tree: RepositoryTree
    ) throws(Scaffold.Refusal) -> [Scaffold.File] {
        switch addition {
        case .tenant(let name, let tier, let environments):
            try Scaffold.tenant(name, in: fleet, files, tier: tier, environments: environments)
        case .person(let person): try Scaffold.person(person, in: fleet, files, read: tree.read)
        case .blueprint(let name, let version): try Scaffold.blueprint(name, version: version, in: fleet)
        case .role(let name, let isAdmin): try Scaffold.role(name, isAdmin: isAdmin, in: fleet)
        case .tier(let name): try Scaffold.tier(name, in: fleet)
        }
    }

    private static func write(_ files: [Scaffold.File], to root: String) throws(Problem) {
        let workTree = WorkTree(root: root)
        do throws(GitError) {
            for file in files { try workTree.put(Array(file.text.utf8), at: file.path, replacing: !file.isNew) }
        } catch {
            throw Problem(error)
        }
    }

    /// Makes a fleet repository at the path, which may be an empty folder, a new one, or a repository without a fleet.
    package func begin(at path: String, name: String?) async throws(Problem) -> Written {
        let target = surroundings.absolute(path)
        let chosen = name ?? Self.label(target)
        let files: [Scaffold.File]
        do throws(Scaffold.Refusal) { files = try Scaffold.fleet(named: chosen) } catch {
            throw Problem(.invalid, "\(error.message); choose another with --name")
        }
        let (root, isNew) = try await Self.repository(at: target)
        let workTree = WorkTree(root: root)
        do throws(GitError) {
            let there = try workTree.files(under: Checkout.roots + files.map(\.path))
            let taken = there.files.map(\.path) + there.problems.map(\.path)
            if let found = taken.first(where: Self.isOfFleet) {
                throw GitError(.unsupported, "there is a fleet already: \(found) is in \(root)")
            }
            let missing = files.filter { !taken.contains($0.path) }
            for file in missing { try workTree.put(Array(file.text.utf8), at: file.path) }
            return Written(root: root, paths: missing.map(\.path), madeRepository: isNew)
        } catch {
            throw Problem(error)
        }
    }

    private static func isOfFleet(_ path: String) -> Bool {
        Checkout.roots.contains { path == $0 || path.hasPrefix("\($0)/") }
    }

    /// The repository whose root the folder is; made where there is none.
    static func repository(at path: String) async throws(Problem) -> (root: String, isNew: Bool) {
        do throws(GitError) {
            return try await GitThread.run { () throws(GitError) in
                if let around = try? Repository.open(Repository.nearestFolder(to: path), searchingParents: true) {
                    guard let root = around.workTree else {
                        throw GitError(.unsupported, "\(path) is a bare repository: clone it, and begin in the clone")
                    }
                    guard Repository.isSameFolder(root, path) else {
                        throw GitError(
                            .unsupported, "\(path) lies within the repository \(root); a fleet has one of its own")
                    }
                    return (root, false)
                }
                return (try Repository.make(at: path).workTree ?? path, true)
            }
        } catch {
            throw Problem(error)
        }
    }

    /// The folder's name as a DNS label.
    private static func label(_ path: String) -> String {
        let last = path.split(separator: "/").last { $0 != "." } ?? "fleet"
        let letters = last.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let trimmed = String(letters).split(separator: "-").joined(separator: "-").prefix(63)
        return trimmed.isEmpty ? "fleet" : String(trimmed)
    }
}
