import Testing

@testable import Git

@Suite struct NamesTests {
    @Test(arguments: [
        "-x", "--upload-pack=id", "+main", "main:refs/heads/x", "refs/heads/../../x", "..", "a..b", "main~1", "main^",
        ":/regex", ":", "main@{1}", "@", "a b", "a\tb", "a\nb", "a\u{0}b", "a\u{202e}b", "a\u{200b}b", "a\u{85}b",
        "a//b", "/a", "a/", ".a", "a/.b", "a.", "a.lock", "a.lock/b", "a?", "a*", "a[b", "a\\b", "",
        "-\u{301}x", "/\u{301}", ".\u{301}a", "a:\u{301}b", "a\u{fe0f}/../b", String(repeating: "a", count: 1001),
    ])
    func refuses(_ name: String) {
        let branch = #expect(throws: GitError.self) { try BranchName(name) }
        #expect(branch?.cause == .invalidName)
        #expect(throws: GitError.self) { try Revision(name) }
    }

    @Test(arguments: ["main", "reconcile/state/prod", "feature/größe", "v1.2.3", "a+b", "a-", "$(id)", "`id`", "a;id"])
    func takesAsData(_ name: String) throws {
        #expect(try BranchName(name).reference == "refs/heads/\(name)")
        #expect(try Revision(name) == .name(name))
    }

    @Test func tellsRevisionsApart() throws {
        let id = "3f2a91c0aabbccddeeff00112233445566778899"
        #expect(try Revision("HEAD") == .head)
        #expect(try Revision(id) == .id(#require(GitID(id))))
        #expect(try Revision("refs/tags/v1") == .reference("refs/tags/v1"))
        #expect(try Revision("3f2a91c") == .name("3f2a91c"))
    }

    @Test(arguments: [
        ".git", ".GIT", ".gIt", "git~1", "GIT~1", ".git.", ".git ", ".git. .", ".git::$INDEX_ALLOCATION",
        ".git:\u{301}",
        ".g\u{200c}it", ".\u{feff}git", ".git\u{202a}",
    ])
    func knowsGitFoldersInDisguise(_ name: String) {
        #expect(Names.isTakenForGitFolder(name))
    }

    @Test(arguments: [".gitignore", ".gitmodules", "git", "git~2", ".gi", "a.git", ".git~1"])
    func leavesOtherNamesAlone(_ name: String) {
        #expect(!Names.isTakenForGitFolder(name))
    }

    @Test func idsAreHexadecimal() throws {
        let text = "0123456789abcdef0123456789abcdef01234567"
        let id = try #require(GitID(text))
        #expect(id.description == text)
        #expect(GitID(id.oid) == id)
        #expect(GitID(text.uppercased()) == id)
        #expect(id.short == "0123456")
        #expect(GitID(text.dropLast()) == nil)
        #expect(GitID(text + "0") == nil)
        #expect(GitID(String(repeating: "g", count: 40)) == nil)
        #expect(try #require(GitID(String(repeating: "0", count: 40))) < id)
    }
}

@Suite struct LocationTests {
    @Test(arguments: [
        ("/srv/fleet.git", "/srv/fleet.git"), ("file:///srv/fleet.git", "/srv/fleet.git"),
        ("file://localhost/srv/fleet.git", "/srv/fleet.git"), ("FILE:///srv/a%20b", "/srv/a b"),
        ("fleet", "/home/fleet"), ("./fleet", "/home/./fleet"), ("/srv/a:b", "/srv/a:b"), ("./a:b", "/home/./a:b"),
    ])
    func takes(_ text: String, path: String) throws {
        #expect(try Location(text, relativeTo: "/home").folder == path)
    }

    @Test(arguments: [
        ("https://git.example/fleet.git/", "https://git.example/fleet.git"),
        ("HTTPS://Git.Example:8443/a/b", "HTTPS://Git.Example:8443/a/b"),
        ("http://127.0.0.1:3000/fleet", "http://127.0.0.1:3000/fleet"),
        ("git@git.example:team/fleet.git", "git@git.example:team/fleet.git"),
        ("git.example:/srv/fleet", "ssh://git.example/srv/fleet"),
        ("ssh://git@git.example:2222/team/fleet.git", "ssh://git@git.example:2222/team/fleet.git"),
        ("ssh://git@[::1]:2222/fleet", "ssh://git@[::1]:2222/fleet"), ("ssh://a/~/fleet", "a:~/fleet"),
    ])
    func takesServers(_ text: String, name: String) throws {
        let location = try Location(text)
        #expect(location.description == name)
        #expect(location.folder == nil)
        #expect(Location.isURL(text))
    }

    @Test(arguments: [("git://git.example/f", "git"), ("ext::sh -c id", "ext"), ("fd::7", "fd")])
    func namesWhatIsNotSupported(_ text: String, scheme: String) throws {
        let error = #expect(throws: GitError.self) { try Location(text, relativeTo: "/home") }
        #expect(error?.cause == .unsupported)
        #expect(
            error?.message
                == "repositories by \(scheme) are not supported: use https, ssh, a path or a file:// URL")
        #expect(Location.isURL(text))
    }

    @Test(arguments: [
        ("https://token@git.example/fleet", "RECONCILE_GIT_TOKEN"), ("http://git.example/fleet", "in the clear"),
        ("https://git.example/fleet?ref=main", "neither a query nor a fragment"), ("https:///fleet", "host"),
        ("ssh://-oProxyCommand=id/fleet", "host is malformed"), ("-oProxyCommand=id:fleet", "host is malformed"),
        ("ssh://git@/fleet", "names no host"), ("ssh://git.example", "names no repository"),
        ("ssh://git.example/", "names no repository"), ("git@git.example:-u./p", "names no repository"),
        ("ssh://git.example:99999/f", "port is malformed"), ("a;id@git.example:f", "user name"),
        ("$(id)@git.example:f", "user name"), ("git@$(id):f", "host is malformed"),
    ])
    func refusesWhatCouldMeanMore(_ text: String, words: String) throws {
        let error = #expect(throws: GitError.self) { try Location(text, relativeTo: "/home") }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "", "file://host/fleet", "file://fleet", "file:///a%", "file:///a%0", "file:///a%00b", "file:///%ff", "a\u{0}b",
    ])
    func refuses(_ text: String) {
        #expect(throws: GitError.self) { try Location(text, relativeTo: "/home") }
    }

    @Test func aRelativePathNeedsAFolder() {
        #expect(throws: GitError.self) { try Location("fleet") }
        #expect(!Location.isURL("fleet"))
    }
}
