import Formats
import KubernetesModel
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [
        ("0", "0"), ("00", "0"), ("1", "1"), ("1000m", "1"), ("8000m", "8"), ("250m", "250m"), ("0.1", "100m"),
        ("1.5", "1500m"), ("1024Mi", "1Gi"), ("16384Mi", "16Gi"), ("512Mi", "512Mi"), ("1023", "1023"), ("1Ki", "1Ki"),
        ("0.5Ki", "512"), ("0.1Ti", "109951162777600m"), ("1e3", "1e3"), ("1E3", "1e3"), ("10e2", "1e3"), ("1E", "1E"),
        ("1000k", "1M"), ("100k", "100k"), ("1500k", "1500k"), ("1n", "1n"), ("0.1n", "1n"), ("-5", "-5"),
        ("+5", "5"), ("-1024Mi", "-1Gi"), ("268435456", "268435456"), ("1.5Gi", "1536Mi"), ("12e-1", "1200e-3"),
        ("9223372036854775807", "9223372036854775807"), ("99999999999999999999", "99999999999999999999"),
        ("99999999999999999999Ki", "9223372036854775807"), ("-99999999999999999999Ki", "-9223372036854775807"),
        ("12345678901234567890.5", "12345678901234567890500m"), (".5", "500m"), ("5.", "5"), ("-", "0"), (".", "0"),
        ("Ki", "0"), ("m", "0"), ("e3", "0"),
    ])
    func writesTheCanonicalText(text: String, canonical: String) throws {
        #expect(try Quantity(text).canonicalText == canonical)
    }

    /// What the server takes for an amount's own spelling it keeps, unusual as it may be; other texts it spells anew.
    @Test(arguments: [
        ("07", "07"), ("+1k", "+1k"), ("010Gi", "010Gi"), ("1.500", "1.500"), ("1E3", "1E3"), ("1e0", "1e0"),
        ("1000m", "1"), ("1.0", "1"), ("1.5", "1500m"), ("0.5", "500m"), ("008Gi", "8Gi"), ("00", "0"),
        ("1000000k", "1G"),
    ])
    func keepsWhatTheServerKeeps(text: String, kept: String) throws {
        #expect(try Quantity(text).text == kept)
    }

    @Test(arguments: [
        ("", Quantity.Problem.format), ("x", .format), ("1Gi1x", .format), ("1 Gi", .format), ("--1", .suffix),
        ("1.2.3", .format), ("None", .format), ("1Gi1", .suffix), ("500m2", .suffix), ("1KiB", .format),
        ("1ki", .suffix),
    ])
    func refusesOtherTexts(text: String, problem: Quantity.Problem) {
        #expect(throws: problem) { try Quantity(text) }
    }

    @Test func comparesByAmount() throws {
        #expect(try Quantity("1000m") == Quantity("1"))
        #expect(try Quantity("1Gi") > Quantity("1G"))
        #expect(try Quantity("100m") < Quantity("0.2"))
        #expect(try Quantity(JSON.int(50)).text == "50")
        #expect(try (Quantity("1Gi") + Quantity("512Mi")).text == "1536Mi")
        #expect(try (Quantity("2") - Quantity("500m")).text == "1500m")
        #expect(try Quantity("1100m").units == 2)
        #expect(throws: Quantity.Problem.format) { try Quantity(JSON.bool(true)) }
    }
}
