import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * Unpacks records with the Kinesis Client Library. Input: a line a record, partition key TAB data in
 * hexadecimal. Output: a line a user record, number of the input line TAB key TAB explicit hash (or
 * nothing) TAB data in hexadecimal.
 */
public final class Deaggregate {
  public static void main(String[] args) throws Exception {
    var hex = HexFormat.of();
    var unpack = new AggregatorUtil();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int number = 0;
    for (String line; (line = in.readLine()) != null; ++number) {
      var parts = line.split("\t", 2);
      var record = KinesisClientRecord.builder().partitionKey(parts[0]).sequenceNumber("1")
          .data(ByteBuffer.wrap(hex.parseHex(parts[1]))).build();
      for (var inside : unpack.deaggregate(List.of(record))) {
        var data = new byte[inside.data().remaining()];
        inside.data().get(data);
        var hash = inside.explicitHashKey();
        System.out.println(number + "\t" + inside.partitionKey() + "\t" + (hash == null ? "" : hash)
            + "\t" + hex.formatHex(data));
      }
    }
  }
}
