import Formats
import Foundation
import Sandbox
import TestSupport
import Testing

@Suite struct JournalTests {
    @Test func handsBackWhatWasWrittenByPart() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        do {
            let journal = try Journal(folder: folder.file("a/b"))
            try journal.append("one", ["n": 1])
            try journal.append("two", ["text": "line\nbreak"])
            try journal.append("one", ["n": 2])
        }
        let journal = try Journal(folder: folder.file("a/b"))
        #expect(journal.records(of: "one") == [["n": 1], ["n": 2]])
        #expect(journal.records(of: "two") == [["text": "line\nbreak"]])
        #expect(journal.records(of: "one") == [])
    }

    @Test func isReadableByItsOwnerAlone() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let journal = try Journal(folder: folder.file("data"))
        func mode(_ name: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions] as? Int
        }
        #expect(try mode("data") == 0o700)
        #expect(try mode("data/journal.jsonl") == 0o600)
        withExtendedLifetime(journal) {}
    }

    @Test func servesOneAtATime() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        do {
            let first = try Journal(folder: folder.url.path)
            let error = #expect(throws: JournalError.self) { try Journal(folder: folder.url.path) }
            #expect(error?.cause == .inUse)
            withExtendedLifetime(first) {}
        }
        _ = try Journal(folder: folder.url.path)
    }

    @Test(arguments: ["{\"part\":\"one\",\"rec", "garbage", "{\"part\":\"one\",\"record\":3}"])
    func dropsALastLineThatIsNotWhole(tail: String) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        do { try Journal(folder: folder.url.path).append("one", 1) }
        let file = try FileHandle(forWritingTo: folder.url.appending(path: "journal.jsonl"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(tail.utf8))
        do {
            let journal = try Journal(folder: folder.url.path)
            #expect(journal.records(of: "one") == [1])
            try journal.append("one", 2)
        }
        #expect(try Journal(folder: folder.url.path).records(of: "one") == [1, 2])
    }

    @Test func refusesAFileThatIsDamagedInTheMiddle() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let text = "{\"part\":\"one\",\"record\":1}\ngarbage\n{\"part\":\"one\",\"record\":2}\n"
        try Data(text.utf8).write(to: folder.url.appending(path: "journal.jsonl"))
        let error = #expect(throws: JournalError.self) { try Journal(folder: folder.url.path) }
        #expect(error?.cause == .damaged)
        #expect(error?.description.hasSuffix("journal.jsonl:2: this is no record") == true)
    }

    @Test func namesAFolderThatCannotBeMade() throws {
        let error = #expect(throws: JournalError.self) { try Journal(folder: "/proc/none/data") }
        #expect(error?.cause == .system)
    }
}
