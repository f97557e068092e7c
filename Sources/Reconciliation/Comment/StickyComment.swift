import Formats
import HTTP

/// The one comment on a pull request that is written anew with every run.
///
/// It is known by a mark in its first line and by its author: whoever else writes the mark has a comment of theirs, which is
/// left alone.
package struct StickyComment: Sendable {
    package enum Outcome: String, Sendable { case made = "Commented", updated = "Updated", unchanged = "Unchanged" }

    /// What GitHub takes, in characters; the others take more.
    private static let longest = 65_536
    /// Pages of a hundred; nobody reads more.
    private static let mostPages = 100

    private let place: PullRequest
    private let mark: String
    private let text: String

    /// - Parameters:
    ///   - key: tells several comments of one author apart: `plan`.
    ///   - markdown: what is to be read.
    package init(on place: PullRequest, key: String, markdown: String) throws(Problem) {
        let isPlain = key.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte)
        }
        guard isPlain, (1...40).contains(key.utf8.count) else {
            throw Problem(.usage, "--key takes up to 40 small letters, digits and '-', found '\(key)'")
        }
        self.place = place
        mark = "<!-- reconcile:\(key) -->"
        text = "\(mark)\n\(markdown)"
        guard text.utf16.count <= Self.longest else {
            throw Problem(
                .invalid,
                "the comment has \(text.utf16.count) characters, and a forge takes \(Self.longest): `plan --output markdown` keeps "
                    + "within that")
        }
    }

    /// All that would be asked, with the credential masked; nothing is sent.
    package var preview: String {
        let requests = [
            ("who the credential is", place.ownUser), ("the comments, page by page", place.comments(page: 1)),
            ("where none of them is ours", place.creation(text)), ("where one is", place.update("ID", text)),
        ]
        return requests.map { about, request in
            let body = request.body.map { "\n\(TerminalText.escapedLines($0.prettyText))" } ?? ""
            return
                "# \(about)\n\(request.method.rawValue) \(TerminalText.escaped(request.url))\nAuthorization: Bearer ***\(body)\n"
        }.joined(separator: "\n")
    }

    /// Makes the comment, or writes it anew where it says something else.
    /// - Returns: what was done, and where people see it.
    package func post(
        with surroundings: Surroundings, timeout: Double
    ) async throws(Problem) -> (outcome: Outcome, page: String?) {
        let session = try ForgeSession(place, surroundings, timeout: timeout)
        let user = try await session.user()
        guard let found = try await ours(user, session) else {
            let made = try await session.send(place.creation(text), to: "comment")
            return (.made, made["html_url"]?.string)
        }
        guard found.body.replacingLineEnds != text.replacingLineEnds else { return (.unchanged, found.page) }
        let updated = try await session.send(place.update(String(found.id), text), to: "update comment \(found.id)")
        return (.updated, updated["html_url"]?.string ?? found.page)
    }

    /// The oldest comment by us with the mark in front.
    private func ours(_ user: String, _ session: ForgeSession) async throws(Problem) -> ForgeComment? {
        var seen: Set<Int64> = []
        for page in 1...Self.mostPages {
            let answer = try await session.send(place.comments(page: page), to: "list comments")
            guard let items = answer.array else {
                throw Problem(.unreachable, "\(place.api) did not answer with a list of comments")
            }
            let comments = items.compactMap(place.comment)
            if let found = comments.first(where: { $0.author == user && $0.body.hasPrefix(mark) }) { return found }
            // A server that does not know of pages gives the same again and again.
            let ids = Set(items.compactMap { $0["id"]?.int })
            guard place.forge != .gitea, items.count >= PullRequest.pageSize, !ids.isSubset(of: seen) else {
                return nil
            }
            seen.formUnion(ids)
        }
        throw Problem(.invalid, "the pull request has more than \(Self.mostPages * PullRequest.pageSize) comments")
    }
}

extension String {
    /// Forges may give back other line ends than they were given, and leave out the last one.
    fileprivate var replacingLineEnds: String {
        var text = split(separator: "\r\n" as Character, omittingEmptySubsequences: false).joined(separator: "\n")
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
